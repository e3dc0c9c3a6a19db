// The live map. In its own file, loaded only when a map is wanted.
import type * as MapLibre from 'maplibre-gl';
import { scheda } from './scheda';
import { altri, colore, righe, sfondo, TEMI } from './stile';
import { type Dati, type Riga, dati, fermo, nodo, testo } from './pagina';

declare const MAPLIBRE: string, MAPLIBRE_WORKER: string, MAPLIBRE_CSS: string; // set by the build

/** What the page may ask of the live map. */
export interface Viva {
  /** Draws other results, and moves there. */
  aggiorna(d: Dati): void;
  /** Enlarges the symbol of row n (0: none); with move, brings it into view. */
  indica(n: number, move: boolean): void;
  /** Takes the size of its place anew. */
  misura(): void;
  /** Ids of the rows that are drawn now, groups counted one by one. */
  disegnati(): Promise<string[]>;
  map: MapLibre.Map;
}

const ZOOM_MAX = 18;
const COVERED = 10; // pixels between symbols of which one cannot be chosen
const GROUP_BELOW = 15; // zoom from which overlapping symbols are drawn one by one

export async function avvia(host: HTMLElement): Promise<Viva> {
  const css = nodo('link', { rel: 'stylesheet', href: MAPLIBRE_CSS });
  const styled = new Promise(done => { css.onload = css.onerror = done; });
  document.head.append(css);
  const [ml] = await Promise.all([import(MAPLIBRE) as Promise<typeof MapLibre>, styled, document.fonts.load('600 13px "Titillium Web"')]);
  ml.setWorkerUrl(new URL(MAPLIBRE_WORKER, location.href).href);

  const container = nodo('div', { class: 'po-viva' });
  host.append(container, nodo('p', { class: 'po-aiuto-tasti' }, testo('js.tasti')));
  const onRequest = host.getAttribute('quando') === 'richiesta';
  let now = dati();
  const map = new ml.Map({
    container, style: sfondo(location.origin), attributionControl: false, cooperativeGestures: onRequest,
    dragRotate: false, pitchWithRotate: false, touchPitch: false, rollEnabled: false, maxZoom: ZOOM_MAX, fadeDuration: fermo() ? 0 : 150,
    locale: locale(), ...view(now),
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.getCanvas().setAttribute('aria-label', testo('js.mappa-nome'));
  map.addControl(new ml.NavigationControl({ showCompass: false }), 'top-right');
  if (!onRequest && 'geolocation' in navigator) map.addControl(new ml.GeolocateControl({ positionOptions: { timeout: 8000 }, fitBoundsOptions: { maxZoom: 15 } }), 'top-right');
  // MapLibre names this button only when the browser has said whether it may ask
  map.getContainer().querySelector('.maplibregl-ctrl-geolocate')?.setAttribute('aria-label', testo('js.dove-sono'));
  if (!onRequest) map.addControl(new ml.FullscreenControl({ container: host.parentElement! }), 'top-right');
  map.addControl(new ml.ScaleControl({ unit: 'metric' }), 'bottom-right');

  await new Promise<void>((done, failed) => {
    map.once('load', () => done());
    setTimeout(() => failed(new Error('the map was not ready in 20 s')), 20_000);
  });
  for (const tema of TEMI) {
    map.addImage(tema, icon(tema, false), { pixelRatio: 2 });
    map.addImage(tema + '-g', icon(tema, true), { pixelRatio: 2 });
  }
  map.addSource('indicato', { type: 'geojson', data: collection([]) });
  map.addSource('righe', { type: 'geojson', data: collection(now.righe), cluster: now.righe.length > 1, clusterRadius: 26, clusterMaxZoom: GROUP_BELOW - 1 });
  if (now.tiles) drawOthers();
  if (now.geometria) drawShape(now.geometria);
  for (const layer of righe()) map.addLayer(layer);

  function drawOthers(): void {
    for (const layer of ['altri-aree', 'altri-linee', 'altri-punti']) if (map.getLayer(layer)) map.removeLayer(layer);
    if (map.getSource('altri')) map.removeSource('altri');
    if (!now.tiles) return;
    map.addSource('altri', { type: 'vector', tiles: [location.origin + now.tiles], minzoom: 0, maxzoom: 16 });
    const below = map.getLayer('gruppi') ? 'gruppi' : undefined;
    for (const layer of altri(now.righe.map(r => r.id))) map.addLayer(layer, below);
  }

  function drawShape(geometry: GeoJSON.Geometry): void {
    const colour = colore(now.righe[0]?.tema ?? 'altro');
    map.addSource('forma', { type: 'geojson', data: geometry });
    map.addLayer({ id: 'forma-area', type: 'fill', source: 'forma', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': colour, 'fill-opacity': .18 } });
    map.addLayer({ id: 'forma-linea', type: 'line', source: 'forma', filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-color': colour, 'line-width': 3 } });
  }

  const one = (n: number): Riga | undefined => now.righe.find(r => r.n === n);
  function indica(n: number, move: boolean): void {
    const row = one(n);
    void (map.getSource('indicato') as MapLibre.GeoJSONSource).setData(collection(row ? [row] : []));
    for (const el of document.querySelectorAll('.po-voce.sel')) el.classList.remove('sel');
    if (!row) return;
    document.querySelector(`.po-voce[data-n="${n}"]`)?.classList.add('sel');
    if (move && !map.getBounds().contains([row.lon, row.lat])) map.easeTo({ center: [row.lon, row.lat], animate: !fermo() });
  }

  const card = scheda(() => indica(0, false));
  function choose(n: number): void {
    indica(n, false);
    const li = document.querySelector<HTMLElement>(`.po-voce[data-n="${n}"]`);
    if (!li) return;
    li.scrollIntoView({ block: 'nearest' });
    card?.riga(li, one(n)!);
  }

  map.on('click', 'simboli', e => {
    const found = here(e.features ?? []);
    if (found.length > 1) card?.gruppo(found); else choose(found[0]?.n ?? 0);
  });
  /** The rows whose symbols stand so near the first that they cover each other. */
  function here(features: MapLibre.MapGeoJSONFeature[]): Riga[] {
    const rows = [...new Set(features.map(f => Number(f.properties.n)))].map(n => one(n)).filter(r => r !== undefined);
    const at = (r: Riga): MapLibre.Point => map.project([r.lon, r.lat]);
    return rows.filter(r => at(r).dist(at(rows[0]!)) < COVERED);
  }
  map.on('click', 'gruppi', async e => {
    const group = e.features?.[0];
    if (!group) return;
    const source = map.getSource('righe') as MapLibre.GeoJSONSource, id = Number(group.properties.cluster_id);
    const zoom = await source.getClusterExpansionZoom(id);
    const center = (group.geometry as GeoJSON.Point).coordinates as [number, number];
    if (zoom <= ZOOM_MAX && map.getZoom() < GROUP_BELOW - 1) { map.easeTo({ center, zoom: zoom + .3, animate: !fermo() }); return; }
    const leaves = await source.getClusterLeaves(id, 20, 0);
    card?.gruppo(leaves.map(f => one(Number(f.properties!.n))!));
  });
  map.on('click', 'altri-punti', e => {
    if (map.queryRenderedFeatures(e.point, { layers: ['simboli', 'gruppi'] }).length > 0) return;
    const f = e.features?.[0];
    if (!f) return;
    const center = (f.geometry as GeoJSON.Point).coordinates as [number, number];
    if (Number(f.properties.count ?? 1) > 1 && map.getZoom() < ZOOM_MAX) map.easeTo({ center, zoom: map.getZoom() + 2, animate: !fermo() });
    else if (f.properties.id) card?.altro(String(f.properties.id), String(f.properties.title ?? ''), String(f.properties.theme || 'altro'));
  });
  for (const layer of ['simboli', 'gruppi', 'altri-punti']) {
    map.on('mouseenter', layer, () => { map.getCanvas().style.cursor = 'pointer'; });
    map.on('mouseleave', layer, () => { map.getCanvas().style.cursor = ''; });
  }
  if (!onRequest) searchHere(map, host);
  keys(map, host, () => now, n => { choose(n); });
  await Promise.race([new Promise(done => map.once('idle', done)), new Promise(done => setTimeout(done, 4000))]);

  return {
    map, indica,
    misura: () => { map.resize(); },
    aggiorna(d) {
      now = d;
      card?.chiudi();
      indica(0, false);
      void (map.getSource('righe') as MapLibre.GeoJSONSource).setData(collection(d.righe));
      drawOthers();
      host.parentElement?.querySelector('.po-quest-area')?.remove();
      const v = view(d);
      if (v.bounds) map.fitBounds(v.bounds, { ...v.fitBoundsOptions, animate: !fermo(), duration: 500 });
    },
    async disegnati() {
      if (!map.loaded()) await new Promise(done => map.once('idle', done));
      const ids: string[] = [];
      const source = map.getSource('righe') as MapLibre.GeoJSONSource;
      const seen = new Set<number>();
      for (const f of map.queryRenderedFeatures({ layers: ['simboli', 'gruppi'] })) {
        const cluster = f.properties.cluster_id as number | undefined;
        if (cluster === undefined) ids.push(String(f.properties.id));
        else if (!seen.has(cluster)) {
          seen.add(cluster);
          for (const leaf of await source.getClusterLeaves(cluster, 100, 0)) ids.push(String(leaf.properties!.id));
        }
      }
      return [...new Set(ids)];
    },
  };
}

function collection(rows: Riga[]): GeoJSON.FeatureCollection {
  return { type: 'FeatureCollection', features: rows.map(r => ({ type: 'Feature', properties: { n: r.n, id: r.id, tema: r.tema, nome: r.nome }, geometry: { type: 'Point', coordinates: [r.lon, r.lat] } })) };
}

/** What is seen first: the box that the server chose. */
function view(d: Dati): { bounds?: [number, number, number, number]; fitBoundsOptions?: MapLibre.FitBoundsOptions } {
  if (!d.riquadro) return {};
  // on a phone the search lies over the upper edge of the map, and the button over the lower
  const padding = document.querySelector('[data-vista=mappa]') && innerWidth < 992 ? { top: 190, bottom: 90, left: 30, right: 30 } : 50;
  return { bounds: d.riquadro, fitBoundsOptions: { padding, maxZoom: 15.5 } };
}

/** A round symbol with the icon of the theme that the page already carries. */
function icon(tema: string, large: boolean): ImageData {
  const path = document.querySelector(`#i-${tema} path`)?.getAttribute('d') ?? '';
  const scale = 2, radius = large ? 19 : 15, size = (radius + 2) * 2 * scale;
  const canvas = nodo('canvas');
  canvas.width = canvas.height = size;
  const pen = canvas.getContext('2d', { willReadFrequently: true })!;
  const disc = (r: number): void => { pen.beginPath(); pen.arc(radius + 2, radius + 2, r, 0, 7); };
  pen.scale(scale, scale);
  disc(radius);
  pen.fillStyle = colore(tema);
  pen.fill();
  pen.lineWidth = large ? 3.5 : 2;
  pen.strokeStyle = colore('carta');
  pen.stroke();
  if (large) { disc(radius + 1.2); pen.lineWidth = 1.6; pen.strokeStyle = colore('fuoco'); pen.stroke(); }
  const k = large ? .92 : .74;
  pen.translate(radius + 2 - 12 * k, radius + 2 - 12 * k);
  pen.scale(k, k);
  pen.fillStyle = colore('carta');
  pen.fill(new Path2D(path));
  return pen.getImageData(0, 0, size, size);
}

/** After the person has moved the map, offers to search there; the list changes only when pressed. */
function searchHere(map: MapLibre.Map, host: HTMLElement): void {
  map.on('moveend', e => {
    if (!('originalEvent' in e) || !e.originalEvent || host.parentElement!.querySelector('.po-quest-area')) return;
    const button = nodo('button', { type: 'button', class: 'po-btn po-quest-area' }, testo('js.quest-area'));
    button.onclick = () => {
      const b = map.getBounds(), url = new URL(location.href);
      for (const name of ['pagina', 'vicino', 'raggio']) url.searchParams.delete(name);
      url.searchParams.set('bbox', [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map(v => v.toFixed(4)).join(','));
      button.remove();
      document.dispatchEvent(new CustomEvent('ponet:vai', { detail: url.pathname + url.search, cancelable: true }));
    };
    host.after(button);
  });
}

/** Esc leaves to the list; Alt with arrows steps through the rows in view and says which. */
function keys(map: MapLibre.Map, host: HTMLElement, now: () => Dati, choose: (n: number) => void): void {
  const live = nodo('div', { class: 'visually-hidden', role: 'status' });
  host.append(live);
  let at = -1;
  map.getCanvas().addEventListener('keydown', e => {
    if (e.key === 'Escape') {
      host.dispatchEvent(new Event('ponet:elenco', { bubbles: true }));
      document.getElementById('elenco')?.focus();
    }
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
    if (!e.altKey || !step) return;
    e.preventDefault();
    e.stopPropagation();
    const bounds = map.getBounds(), rows = now().righe.filter(r => bounds.contains([r.lon, r.lat]));
    if (rows.length === 0) return;
    at = at < 0 && step < 0 ? rows.length - 1 : (at + step + rows.length) % rows.length;
    const row = rows[at]!;
    choose(row.n);
    const sub = document.querySelector(`.po-voce[data-n="${row.n}"] .po-sub`);
    const said = [row.nome, sub?.firstChild?.textContent?.split(' · ')[0]?.trim(), sub?.querySelector('strong')?.textContent];
    live.textContent = testo('js.passo', at + 1, rows.length, said.filter(Boolean).join(', '));
  }, true);
}

function locale(): Record<string, string> {
  return {
    'Map.Title': testo('js.mappa-nome'),
    'NavigationControl.ZoomIn': testo('js.ingrandisci'),
    'NavigationControl.ZoomOut': testo('js.riduci'),
    'GeolocateControl.FindMyLocation': testo('js.dove-sono'),
    'GeolocateControl.LocationNotAvailable': testo('js.dove-sono-no'),
    'FullscreenControl.Enter': testo('js.schermo-intero'),
    'FullscreenControl.Exit': testo('js.esci-schermo-intero'),
    'CooperativeGesturesHandler.WindowsHelpText': testo('js.gesti-ctrl'),
    'CooperativeGesturesHandler.MacHelpText': testo('js.gesti-cmd'),
    'CooperativeGesturesHandler.MobileHelpText': testo('js.gesti-dita'),
  };
}
