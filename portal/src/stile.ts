import type { LayerSpecification, StyleSpecification, ExpressionSpecification } from 'maplibre-gl';

export const TEMI = ['cultura', 'ambiente', 'formazione', 'istituzioni', 'altro'];

/** A colour of the style sheet: light, dark and a partner city's colours come from there. */
export function colore(token: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue('--' + token).trim() || '#455b71';
}

/** The colour of a record by its theme. */
export function perTema(property: string): ExpressionSpecification {
  return ['match', ['get', property], ...TEMI.slice(0, 4).flatMap(t => [t, colore(t)]), colore('altro')] as unknown as ExpressionSpecification;
}

const width = (at9: number, at12: number, at17: number): ExpressionSpecification =>
  ['interpolate', ['exponential', 1.6], ['zoom'], 9, at9, 12, at12, 17, at17];

const FONT = ['Titillium Web'];

/** The base map: our own tiles, in the colours of the page. */
export function sfondo(origin: string): StyleSpecification {
  const base = { source: 'sfondo' } as const;
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
  const big: ExpressionSpecification = ['in', ['get', 'class'], ['literal', ['motorway', 'trunk', 'primary']]];
  const paper = colore('carta');
  const layers: LayerSpecification[] = [
    { id: 'fuori', type: 'background', paint: { 'background-color': colore('fuori') } },
    { id: 'terra', type: 'fill', ...base, 'source-layer': 'confini', filter: ['all', ['==', ['geometry-type'], 'Polygon'], ['!=', ['get', 'class'], 'neighbour']], paint: { 'fill-color': colore('terra') } },
    { id: 'verde', type: 'fill', ...base, 'source-layer': 'verde', paint: { 'fill-color': colore('verde') } },
    { id: 'laghi', type: 'fill', ...base, 'source-layer': 'acque', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': colore('acqua') } },
    { id: 'fiumi', type: 'line', ...base, 'source-layer': 'acque', filter: ['==', ['geometry-type'], 'LineString'], layout: round, paint: { 'line-color': colore('acqua'), 'line-width': width(1.2, 2.6, 12) } },
    { id: 'edifici', type: 'fill', ...base, 'source-layer': 'edifici', minzoom: 13, paint: { 'fill-color': colore('linea'), 'fill-outline-color': colore('strada-bordo') } },
    { id: 'strade-bordo', type: 'line', ...base, 'source-layer': 'strade', layout: round, paint: { 'line-color': colore('strada-bordo'), 'line-width': width(1.4, 3.4, 18) } },
    { id: 'strade', type: 'line', ...base, 'source-layer': 'strade', layout: round, paint: { 'line-color': colore('strada'), 'line-width': width(.6, 2.2, 15) } },
    { id: 'strade-grandi', type: 'line', ...base, 'source-layer': 'strade', filter: big, layout: round, paint: { 'line-color': colore('strada-grande'), 'line-width': width(1.2, 3, 17) } },
    { id: 'ciclabili', type: 'line', ...base, 'source-layer': 'ciclabili', minzoom: 12, paint: { 'line-color': '#3f9a63', 'line-width': 1.6, 'line-dasharray': [2, 1.5] } },
    { id: 'ferrovie', type: 'line', ...base, 'source-layer': 'ferrovie', paint: { 'line-color': colore('ferrovia'), 'line-width': width(.8, 1.6, 3), 'line-dasharray': [5, 3] } },
    { id: 'confini', type: 'line', ...base, 'source-layer': 'confini', filter: ['!=', ['get', 'class'], 'province'], paint: { 'line-color': colore('confine'), 'line-width': ['interpolate', ['linear'], ['zoom'], 9, .8, 14, 1.8], 'line-opacity': ['match', ['get', 'class'], 'neighbour', .45, 1] } },
    { id: 'province', type: 'line', ...base, 'source-layer': 'confini', filter: ['==', ['get', 'class'], 'province'], layout: round, paint: { 'line-color': colore('confine'), 'line-width': ['interpolate', ['linear'], ['zoom'], 9, 1.8, 14, 3] } },
    { id: 'nomi-strade', type: 'symbol', ...base, 'source-layer': 'strade', minzoom: 14, filter: ['has', 'name'], layout: { 'symbol-placement': 'line', 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 12 }, paint: { 'text-color': colore('grigio'), 'text-halo-color': paper, 'text-halo-width': 1.4 } },
    { id: 'toponimi', type: 'symbol', ...base, 'source-layer': 'toponimi', layout: { 'text-field': ['get', 'name'], 'text-size': ['match', ['get', 'class'], 'city', 17, 'town', 14.5, 12.5], 'text-font': FONT, 'text-letter-spacing': .03, 'symbol-sort-key': ['match', ['get', 'class'], 'city', 0, 'town', 1, 'village', 2, 3] }, paint: { 'text-color': colore('grigio'), 'text-halo-color': paper, 'text-halo-width': 1.6 } },
  ];
  return {
    version: 8,
    sources: { sfondo: { type: 'vector', tiles: [origin + '/basemap/{z}/{x}/{y}'], minzoom: 0, maxzoom: 15 } },
    layers,
  };
}

/** The records of the query that are not on this page of the list: small, and below the rows. */
export function altri(ids: string[]): LayerSpecification[] {
  const base = { source: 'altri', 'source-layer': 'records' } as const;
  const others: ExpressionSpecification = ['any', ['>', ['coalesce', ['get', 'count'], 1], 1], ['!', ['in', ['get', 'id'], ['literal', ids]]]];
  const colour = perTema('theme');
  return [
    { id: 'altri-aree', type: 'fill', ...base, filter: ['all', ['==', ['geometry-type'], 'Polygon'], ['!=', ['get', 'kind'], 'admin_area']], paint: { 'fill-color': colour, 'fill-opacity': .12 } },
    { id: 'altri-linee', type: 'line', ...base, filter: ['!=', ['geometry-type'], 'Point'], layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': ['case', ['==', ['get', 'kind'], 'admin_area'], colore('confine'), colour], 'line-width': ['interpolate', ['linear'], ['zoom'], 9, 1.2, 16, 3], 'line-opacity': .8 } },
    { id: 'altri-punti', type: 'circle', ...base, filter: ['all', ['==', ['geometry-type'], 'Point'], others], paint: { 'circle-color': colour, 'circle-radius': ['step', ['coalesce', ['get', 'count'], 1], 4.5, 2, 6, 10, 8, 100, 11], 'circle-stroke-color': colore('carta'), 'circle-stroke-width': 1.4 } },
  ];
}

/** The rows of the list: one symbol each, or a number where they would cover each other. */
export function righe(): LayerSpecification[] {
  const base = { source: 'righe' } as const;
  const halo = { 'text-color': colore('testo'), 'text-halo-color': colore('carta'), 'text-halo-width': 1.8 };
  return [
    { id: 'gruppi', type: 'circle', ...base, filter: ['has', 'point_count'], paint: { 'circle-color': colore('testo'), 'circle-radius': ['step', ['get', 'point_count'], 15, 5, 17, 10, 19], 'circle-stroke-color': colore('carta'), 'circle-stroke-width': 2 } },
    { id: 'gruppi-numero', type: 'symbol', ...base, filter: ['has', 'point_count'], layout: { 'text-field': ['get', 'point_count_abbreviated'], 'text-font': FONT, 'text-size': 15, 'text-allow-overlap': true, 'text-ignore-placement': true }, paint: { 'text-color': colore('carta') } },
    { id: 'simboli', type: 'symbol', ...base, filter: ['!', ['has', 'point_count']], layout: { 'icon-image': ['get', 'tema'], 'icon-allow-overlap': true, 'text-field': ['step', ['zoom'], '', 13.4, ['get', 'nome']], 'text-font': FONT, 'text-size': 13, 'text-offset': [0, 1.5], 'text-anchor': 'top', 'text-max-width': 9, 'text-optional': true }, paint: halo },
    { id: 'indicato', type: 'symbol', source: 'indicato', layout: { 'icon-image': ['concat', ['get', 'tema'], '-g'], 'icon-allow-overlap': true, 'icon-ignore-placement': true } },
  ];
}
