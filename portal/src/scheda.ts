import { type Riga, nodo, testo } from './pagina';

/** The card over the map: what the row of the list says, and where to go on. */
export interface Scheda {
  riga(li: HTMLElement, row: Riga): void;
  gruppo(rows: Riga[]): void;
  altro(id: string, title: string, tema: string): void;
  chiudi(): void;
}

/** The card of the page, if it has one; closed is told when the person closes it. */
export function scheda(closed: () => void): Scheda | undefined {
  const card = document.getElementById('scheda');
  if (!card) return undefined;
  const chiudi = (): void => { card.hidden = true; card.replaceChildren(); };
  const open = (tema: string, title: string, ...rest: Node[]): void => {
    const close = nodo('button', { class: 'x', type: 'button', 'aria-label': testo('js.chiudi') }, '×');
    close.onclick = () => { chiudi(); closed(); };
    card.className = 'po-scheda t-' + tema;
    card.replaceChildren(nodo('h2', {}, title), ...rest, close);
    card.hidden = false;
  };
  return {
    chiudi,
    riga(li, row) {
      const lines = [...li.querySelectorAll('p')].map(p => p.cloneNode(true));
      const link = li.querySelector('a')!;
      open(row.tema, row.nome, ...lines, nodo('p', { class: 'az' },
        nodo('a', { href: link.href }, testo('js.scheda-completa')),
        nodo('a', { href: link.href + '#dove' }, testo('js.come-arrivare'))));
    },
    gruppo(rows) {
      const items = rows.map(r => nodo('li', {}, nodo('a', { href: '/id/' + r.id }, r.nome)));
      open('altro', testo('js.qui', rows.length), nodo('ul', {}, ...items));
    },
    altro(id, title, tema) {
      open(tema, title, nodo('p', { class: 'az' }, nodo('a', { href: '/id/' + id }, testo('js.scheda-completa'))));
    },
  };
}
