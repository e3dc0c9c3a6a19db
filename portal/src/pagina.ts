/** What the server tells the scripts: texts in the page's language and what the map draws. */

/** One row of the list that has a position. */
export interface Riga { n: number; id: string; tema: string; nome: string; lon: number; lat: number }

/** The content of <script id="dati">. */
export interface Dati {
  righe: Riga[];
  /** Template of the tiles of every record of the query; absent on a record page. */
  tiles?: string;
  /** west, south, east, north of what the map should show first */
  riquadro?: [number, number, number, number];
  /** The geometry of a record that is more than a point. */
  geometria?: GeoJSON.Geometry;
  lingua: string;
}

export function dati(): Dati {
  return JSON.parse(document.getElementById('dati')?.textContent ?? '{"righe":[]}') as Dati;
}

let testi: Record<string, string> | undefined;

/** The text called key, with {0}, {1} … replaced. */
export function testo(key: string, ...values: (string | number)[]): string {
  testi ??= JSON.parse(document.getElementById('testi')?.textContent ?? '{}') as Record<string, string>;
  return values.reduce<string>((s, v, i) => s.replace(`{${i}}`, String(v)), testi[key] ?? key);
}

/** Makes an element with attributes and children; text is always text, never markup. */
export function nodo<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string> = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag);
  for (const [k, v] of Object.entries(attributes)) el.setAttribute(k, v);
  el.append(...children);
  return el;
}

/** Says something once in the page's status line. */
export function annuncia(message: string): void {
  const line = document.getElementById('conteggio') ?? document.getElementById('stato');
  if (line) line.textContent = message;
}

export const fermo = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
