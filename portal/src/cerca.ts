import { nodo, testo } from './pagina';

interface Suggerimento { group: string; text: string; note?: string; path: string }

/**
 * <ponet-cerca> around a search field: completes what is typed, from two letters on, as the ARIA 1.2 combobox with
 * a list and manual selection. Enter without a choice always searches the text as typed. Without script it is the
 * plain field of a plain form. Choosing dispatches "ponet:vai" with the address; uncancelled, it is followed.
 */
export class PonetCerca extends HTMLElement {
  #field!: HTMLInputElement;
  #list!: HTMLDivElement;
  #live!: HTMLDivElement;
  #chosen = -1;
  #timer = 0;
  #request: AbortController | undefined;

  connectedCallback(): void {
    const field = this.querySelector('input');
    if (!field || this.#field) return;
    this.#field = field;
    this.#list = nodo('div', { id: 'suggerimenti', class: 'po-sugg', role: 'listbox', 'aria-label': testo('js.suggerimenti'), hidden: '' });
    this.#live = nodo('div', { class: 'visually-hidden', role: 'status' });
    field.after(this.#list);
    this.append(this.#live);
    for (const [k, v] of Object.entries({ role: 'combobox', 'aria-expanded': 'false', 'aria-controls': 'suggerimenti', 'aria-autocomplete': 'list' })) field.setAttribute(k, v);
    field.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#complete(), 120);
    });
    field.addEventListener('keydown', e => this.#key(e));
    field.addEventListener('blur', () => window.setTimeout(() => this.chiudi(), 150));
    this.#list.addEventListener('mousedown', e => {
      const option = (e.target as Element).closest<HTMLElement>('[role=option]');
      if (option) { e.preventDefault(); this.#go(option); }
    });
  }

  /** Closes the list and forgets what is still on its way. */
  chiudi(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#chosen = -1;
    this.#list.hidden = true;
    this.#field.setAttribute('aria-expanded', 'false');
    this.#field.removeAttribute('aria-activedescendant');
  }

  async #complete(): Promise<void> {
    const text = this.#field.value.trim();
    this.#request?.abort();
    if (text.length < 2) { this.chiudi(); this.#live.textContent = ''; return; }
    this.#request = new AbortController();
    try {
      const answer = await fetch('/suggerisci?q=' + encodeURIComponent(text), { signal: this.#request.signal });
      if (answer.ok) this.#show(await answer.json() as Suggerimento[]);
    } catch { /* the next key asks again; the plain search always works */ }
  }

  #show(found: Suggerimento[]): void {
    let i = 0;
    const groups = [...new Set(found.map(s => s.group))].map(group => {
      const label = nodo('span', { id: 'gruppo-' + group }, testo('gruppo.' + group));
      const options = found.filter(s => s.group === group).map(s => nodo('div', { id: `sugg-${i++}`, role: 'option', 'aria-selected': 'false', 'data-path': s.path },
        nodo('span', {}, s.text), nodo('small', {}, s.note ?? '')));
      return nodo('div', { role: 'group', 'aria-labelledby': label.id }, label, ...options);
    });
    this.#chosen = -1;
    this.#field.removeAttribute('aria-activedescendant');
    this.#list.replaceChildren(...groups);
    this.#list.hidden = found.length === 0;
    this.#field.setAttribute('aria-expanded', String(found.length > 0));
    this.#live.textContent = found.length === 0 ? testo('js.nessun-suggerimento') : found.length === 1 ? testo('js.un-suggerimento') : testo('js.n-suggerimenti', found.length);
  }

  #key(e: KeyboardEvent): void {
    const options = [...this.#list.querySelectorAll<HTMLElement>('[role=option]')];
    if (this.#list.hidden || options.length === 0) return;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      const step = e.key === 'ArrowDown' ? 1 : -1;
      this.#chosen = this.#chosen < 0 ? (step > 0 ? 0 : options.length - 1) : (this.#chosen + step + options.length) % options.length;
      options.forEach((o, i) => o.setAttribute('aria-selected', String(i === this.#chosen)));
      const now = options[this.#chosen]!;
      this.#field.setAttribute('aria-activedescendant', now.id);
      now.scrollIntoView({ block: 'nearest' });
    } else if (e.key === 'Enter' && this.#chosen >= 0) {
      e.preventDefault();
      this.#go(options[this.#chosen]!);
    } else if (e.key === 'Escape') {
      e.preventDefault();
      this.chiudi();
    }
  }

  #go(option: HTMLElement): void {
    const path = option.dataset.path!;
    this.chiudi();
    this.#field.value = path.startsWith('/mappa') ? new URL(path, location.href).searchParams.get('q') ?? '' : option.firstElementChild!.textContent!;
    if (this.dispatchEvent(new CustomEvent('ponet:vai', { bubbles: true, cancelable: true, detail: path }))) location.href = path;
  }
}
