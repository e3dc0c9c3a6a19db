// Progressive enhancement only: every action here also works as a plain link or form.
import { PonetCerca } from './cerca';
import { esplora } from './esplora';
import { PonetMappa } from './ponet-mappa';
import { PonetStelle } from './ponet-stelle';

document.documentElement.classList.add('js');
customElements.define('ponet-cerca', PonetCerca);
customElements.define('ponet-mappa', PonetMappa);
customElements.define('ponet-stelle', PonetStelle);
const form = document.querySelector<HTMLFormElement>('form#ricerca');
const main = document.querySelector('main');
if (form && main) esplora(form, main);
const worker = document.documentElement.dataset.offline;
if (worker) addEventListener('load', () => { navigator.serviceWorker?.register(worker).catch(() => undefined); });
