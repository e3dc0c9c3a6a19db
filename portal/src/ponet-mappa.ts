import type { Viva } from './mappa';
import { nodo, testo } from './pagina';

declare const MAPPA: string; // address of the map's own script, set by the build

/**
 * <ponet-mappa> holds the still map that the server drew, and puts the live one over it when it is wanted: when it is
 * seen and the page is idle, or with quando="richiesta" when the button is pressed. If the live map cannot start
 * (no WebGL2, an error, data saving) the still map stays and a line says so.
 */
export class PonetMappa extends HTMLElement {
  #starting: Promise<void> | undefined;
  viva: Viva | undefined;

  connectedCallback(): void {
    if (this.getAttribute('quando') === 'richiesta') { this.#button(); return; }
    const saving = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData;
    if (saving) { this.#simple(); this.#button(); return; }
    new IntersectionObserver((entries, observer) => {
      if (!entries.some(e => e.isIntersecting)) return;
      observer.disconnect();
      const idle = window.requestIdleCallback ?? ((f: () => void) => setTimeout(f, 1));
      idle(() => void this.avvia());
    }).observe(this);
  }

  /** Starts the live map, once. */
  avvia(): Promise<void> {
    return this.#starting ??= this.#start();
  }

  async #start(): Promise<void> {
    try {
      const map = await import(MAPPA) as typeof import('./mappa');
      this.viva = await map.avvia(this);
      this.classList.add('pronta');
      this.dispatchEvent(new Event('ponet:pronta', { bubbles: true }));
    } catch (error) {
      console.warn('live map not started:', error);
      this.querySelector('.po-viva')?.remove();
      this.#simple();
      this.classList.add('ferma');
    }
  }

  /** Says that the map is the still one. */
  #simple(): void {
    this.after(nodo('p', { class: 'po-nota-mappa', role: 'status' }, testo('js.mappa-semplificata')));
  }

  #button(): void {
    const button = nodo('button', { type: 'button', class: 'po-btn po-attiva' }, testo('js.attiva-mappa'));
    button.onclick = async () => {
      button.remove();
      this.parentElement?.querySelector('.po-nota-mappa')?.remove();
      await this.avvia();
      this.querySelector('canvas')?.focus();
    };
    this.after(button);
  }
}
