-- The base map at small scales: of millions of shapes, a tile of a whole
-- province draws the few hundred that matter, and must not visit the others.
create index basemap_far on basemap using gist (geom) where minzoom <= 8;
create index basemap_mid on basemap using gist (geom) where minzoom <= 12;
comment on index basemap_far is 'What is drawn up to zoom 8.';
comment on index basemap_mid is 'What is drawn up to zoom 12.';
comment on column basemap.minzoom is 'The zoom from which the shape is drawn, by its layer, class and size.';

create index basemap_of_source on basemap (source, layer);
comment on index basemap_of_source is 'Finds what an import replaces.';

---- create above / drop below ----

drop index basemap_of_source;
drop index basemap_mid;
drop index basemap_far;
