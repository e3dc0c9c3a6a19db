import { annuncia, dati, testo } from './pagina';
import type { PonetCerca } from './cerca';
import type { PonetMappa } from './ponet-mappa';

/** The explore page: the same addresses and the same templates as without script, only quicker. */
export function esplora(form: HTMLFormElement, main: HTMLElement): void {
  const list = document.getElementById('elenco')!;
  const map = document.querySelector<PonetMappa>('ponet-mappa');
  const search = document.querySelector<PonetCerca>('ponet-cerca');
  let request: AbortController | undefined;

  /** Goes to url by exchanging only the parts of the page that differ. */
  async function vai(url: string, push = true): Promise<void> {
    request?.abort();
    url = url.replaceAll('%2C', ','); // as the server writes it: equal searches have equal addresses
    const mine = request = new AbortController();
    list.setAttribute('aria-busy', 'true');
    form.toggleAttribute('data-attesa', true);
    try {
      const answer = await fetch(url, { headers: { 'Ponet-Frammento': 'elenco', Accept: 'text/html' }, signal: mine.signal });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const parts = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const part of parts.querySelectorAll('[data-pezzo]')) document.getElementById(part.id)?.replaceChildren(...part.childNodes);
      document.title = parts.title;
      if (push) history.pushState(null, '', url);
      const text = new URL(location.href).searchParams.get('q') ?? '';
      const field = form.elements.namedItem('q') as HTMLInputElement;
      if (document.activeElement !== field) field.value = text;
      list.scrollTop = 0;
      map?.viva?.aggiorna(dati());
      main.dispatchEvent(new Event('ponet:risultati', { bubbles: true }));
    } catch {
      if (mine.signal.aborted) return;
      location.href = url; // whatever it is, the whole page can say it better
      return;
    }
    list.removeAttribute('aria-busy');
    form.removeAttribute('data-attesa');
  }

  /** The address of the form as it stands; parameters that are empty are left out. */
  function address(): string {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) query.append(name, String(value));
    return form.getAttribute('action') + (query.size ? '?' + query : '');
  }

  const closeMenus = (but?: Element | null): void => {
    for (const d of form.querySelectorAll('details')) if (d !== but) d.open = false;
  };

  form.addEventListener('submit', e => { e.preventDefault(); search?.chiudi(); closeMenus(); void vai(address()); });
  form.addEventListener('keydown', e => {
    const open = e.key === 'Escape' && (e.target as Element).closest<HTMLDetailsElement>('details[open]');
    if (open) { open.open = false; open.querySelector('summary')!.focus(); }
  });
  document.addEventListener('ponet:vai', e => {
    const path = (e as CustomEvent<string>).detail;
    if (path.startsWith('/mappa')) { e.preventDefault(); void vai(path); }
  });
  document.addEventListener('click', e => {
    const target = e.target as Element;
    closeMenus(target.closest('details'));
    const link = target.closest<HTMLAnchorElement>('a[data-vai]');
    if (link && !e.ctrlKey && !e.metaKey && !e.shiftKey && e.button === 0) { e.preventDefault(); void vai(link.href); }
  });
  addEventListener('popstate', () => void vai(location.href, false));
  if ('altra' in main.dataset) void vai(location.href, false); // without connection: see worker/offline.ts

  nearMe(vai);
  share();
  pill(main, map);

  const row = (e: Event): number => Number((e.target as Element).closest<HTMLElement>('.po-voce')?.dataset.n ?? 0);
  list.addEventListener('pointerover', e => map?.viva?.indica(row(e), false));
  list.addEventListener('pointerleave', () => map?.viva?.indica(0, false));
  list.addEventListener('focusin', e => map?.viva?.indica(row(e), true));
}

/** Asks for the position only when pressed; it goes into the address rounded to 4 decimals (11 m) and is not kept. */
function nearMe(vai: (url: string) => Promise<void>): void {
  const button = document.getElementById('vicino') as HTMLButtonElement;
  if (!('geolocation' in navigator)) return;
  button.hidden = false;
  button.onclick = () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(position => {
      button.disabled = false;
      const url = new URL(location.href);
      for (const name of ['pagina', 'ordine', 'bbox']) url.searchParams.delete(name);
      url.searchParams.set('vicino', Number(position.coords.latitude.toFixed(4)) + ',' + Number(position.coords.longitude.toFixed(4)));
      void vai(url.pathname + url.search);
    }, () => {
      button.disabled = false;
      annuncia(testo('js.posizione-no'));
    }, { timeout: 8000, maximumAge: 60000 });
  };
}

function share(): void {
  const button = document.getElementById('condividi') as HTMLButtonElement;
  button.hidden = false;
  button.onclick = async () => {
    try {
      if (navigator.share) await navigator.share({ url: location.href, title: document.title });
      else { await navigator.clipboard.writeText(location.href); annuncia(testo('js.copiato')); }
    } catch (error) {
      if ((error as Error).name !== 'AbortError') annuncia(testo('js.non-copiato', location.href));
    }
  };
}

/** The button Mappa / Elenco of phones. The view is part of the address. */
function pill(main: HTMLElement, map: PonetMappa | null): void {
  const button = document.getElementById('cambia') as HTMLButtonElement;
  const show = (view: string): void => {
    main.dataset.vista = view;
    const other = view === 'mappa' ? 'elenco' : 'mappa';
    button.querySelector('span')!.textContent = testo('vista.' + other);
    button.querySelector('use')!.setAttribute('href', '#i-' + other);
    if (view === 'mappa') void map?.avvia().then(() => map.viva?.misura());
  };
  button.hidden = false;
  button.onclick = () => {
    const view = main.dataset.vista === 'mappa' ? 'elenco' : 'mappa';
    const url = new URL(location.href);
    if (view === 'mappa') url.searchParams.set('vista', view); else url.searchParams.delete('vista');
    history.replaceState(null, '', url);
    show(view);
  };
  if (main.dataset.vista === 'mappa') show('mappa');
  map?.addEventListener('ponet:elenco', () => { if (main.dataset.vista === 'mappa') show('elenco'); });
}
