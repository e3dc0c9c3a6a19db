/**
 * The service worker of the portal: it keeps the pages visited last and shows them when there is no connection, with
 * a line that says from when they are. Pages always come from the network first, so that what is published is seen at
 * once; what the server answers is never replaced. offline.go writes OFFLINE before this file. A new release has other
 * files, hence another version, and takes the place of the one before at the next page; version "" takes the
 * worker away with all that it kept.
 */
declare const self: ServiceWorkerGlobalScope;
declare const OFFLINE: {
  version: string;
  /** Address of the page that says there is no connection. */
  page: string;
  /** Addresses of what every page needs; they carry a hash and never change. */
  files: string[];
  /** The notice, with {0} where the time goes. */
  notice: string;
};

const MAX_PAGES = 30; // of each cache, the last visited
const MAX_LENGTH = 400_000; // characters of a page; longer ones are not kept
const FILES = 'file-' + OFFLINE.version;
const PAGES = 'pagine-' + OFFLINE.version;
const SEARCHES = 'ricerche-' + OFFLINE.version; // fragments of the explore page
const SAVED = 'Ponet-Salvata'; // header of what is kept: when, RFC 3339

self.addEventListener('install', e => e.waitUntil((async () => {
  if (OFFLINE.version) await (await caches.open(FILES)).addAll([...OFFLINE.files, OFFLINE.page]);
  await self.skipWaiting();
})()));

self.addEventListener('activate', e => e.waitUntil((async () => {
  const mine = OFFLINE.version ? [FILES, PAGES, SEARCHES] : [];
  for (const name of await caches.keys()) if (!mine.includes(name)) await caches.delete(name);
  if (!OFFLINE.version) { await self.registration.unregister(); return; }
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
  // the pages that are open were loaded before us
  for (const client of await self.clients.matchAll({ type: 'window' })) {
    if (isPage(new URL(client.url))) await keep(PAGES, client.url, await fetch(client.url));
  }
})().catch(() => undefined)));

self.addEventListener('fetch', e => {
  const url = new URL(e.request.url);
  if (!OFFLINE.version || e.request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (OFFLINE.files.includes(url.pathname)) e.respondWith(file(e.request));
  else if (!isPage(url)) return;
  else if (e.request.mode === 'navigate') e.respondWith(page(e, PAGES));
  else if (e.request.headers.has('Ponet-Frammento')) e.respondWith(page(e, SEARCHES));
});

/** Neither the API, nor what people send us, nor a download. */
function isPage(url: URL): boolean {
  return !/^\/(api|opinioni)(\/|$)/.test(url.pathname) && !url.pathname.split('/').pop()!.includes('.');
}

async function file(request: Request): Promise<Response> {
  return await caches.match(request.url).catch(() => undefined) ?? fetch(request);
}

/** The answer of the server, or else what was kept of it. */
async function page(e: FetchEvent, cache: string): Promise<Response> {
  let answer: Response | undefined;
  try {
    answer = await e.preloadResponse as Response | undefined ?? await fetch(e.request);
    if (answer.status !== 502 && answer.status !== 504) { // which a proxy says when it does not reach the server
      e.waitUntil(keep(cache, e.request.url, answer.clone()).catch(() => undefined));
      return answer;
    }
  } catch { /* no connection */ }
  return await kept(cache, e.request.url).catch(() => undefined) ?? answer ?? Response.error();
}

/** Keeps a page that the server lets be kept, unless its address says where a person was. */
async function keep(name: string, address: string, answer: Response): Promise<void> {
  const header = (key: string): string => answer.headers.get(key) ?? '';
  if (answer.status !== 200 || answer.redirected || !header('Content-Type').startsWith('text/html') ||
    !header('Cache-Control').includes('public') || new URL(address).searchParams.has('vicino')) return;
  const text = await answer.text();
  if (text.length > MAX_LENGTH) return;
  const headers = new Headers({ [SAVED]: new Date().toISOString() });
  for (const key of ['Content-Type', 'Content-Language', 'Content-Security-Policy', 'Referrer-Policy', 'X-Content-Type-Options']) headers.set(key, header(key));
  const cache = await caches.open(name);
  await cache.delete(address); // the newest is the last
  await cache.put(address, new Response(text, { headers }));
  for (const old of (await cache.keys()).slice(0, -MAX_PAGES)) await cache.delete(old);
}

/** What was kept of an address, the page that there is no connection, or nothing for a fragment. */
async function kept(name: string, address: string): Promise<Response | undefined> {
  const cache = await caches.open(name), own = await cache.match(address);
  if (own) return noticed(own, '');
  if (name === SEARCHES) return undefined;
  // A search made in the page was kept as a fragment: another page of the map can hold it.
  if (await (await caches.open(SEARCHES)).match(address)) {
    const other = (await cache.keys()).findLast(r => new URL(r.url).pathname === '/mappa');
    if (other) return noticed((await cache.match(other))!, ' data-altra');
  }
  return caches.match(OFFLINE.page);
}

/** A page with the line that says from when it is; attribute is added to its main element. */
async function noticed(page: Response, attribute: string): Promise<Response> {
  const when = new Intl.DateTimeFormat('it', { dateStyle: 'long', timeStyle: 'short' }).format(new Date(page.headers.get(SAVED)!));
  const notice = OFFLINE.notice.replace('{0}', when), text = await page.text();
  const place = text.includes('<div id="avvisi"') ? /<div id="avvisi"[^>]*>/ : /(?=<main)/;
  return new Response(text.replace(place, before => before + notice).replace('<main', '<main' + attribute), { headers: page.headers });
}

export {}; // a module: self is ours
