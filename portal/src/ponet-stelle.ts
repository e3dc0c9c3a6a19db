import { nodo, testo } from './pagina';

/**
 * <ponet-stelle> around the question about clarity: after the stars it shows the second question that goes with them
 * and sends both answers together, without leaving the page. Without script the same form is sent as it is and the
 * second question is a page of its own.
 */
export class PonetStelle extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector('form');
    const more = this.querySelector<HTMLElement>('.po-seguito');
    if (!form || !more) return;
    const [hard, liked] = more.querySelectorAll('fieldset');
    form.addEventListener('change', e => {
      const star = e.target as HTMLInputElement;
      if (star.name !== 'stelle') return;
      const good = Number(star.value) >= 4;
      more.hidden = false;
      hard!.hidden = hard!.disabled = good;
      liked!.hidden = liked!.disabled = !good;
    });
    form.addEventListener('submit', e => { e.preventDefault(); void this.#send(form); });
  }

  async #send(form: HTMLFormElement): Promise<void> {
    const body = new URLSearchParams([...new FormData(form)].map(([k, v]) => [k, String(v)]));
    body.set('finita', '1');
    try {
      const answer = await fetch(form.action, { method: 'POST', body });
      if (!answer.ok) throw new Error(String(answer.status));
      const thanks = nodo('p', { class: 'po-grazie', role: 'status', tabindex: '-1' }, testo('js.opinione-grazie'));
      form.replaceWith(thanks);
      thanks.focus();
    } catch {
      this.querySelector('.po-non-inviata')?.remove();
      form.append(nodo('p', { class: 'po-non-inviata po-avviso', role: 'alert' }, testo('js.opinione-no')));
    }
  }
}
