// Builds portal/assets from portal/src and the npm packages of package-lock.json.
// The output depends on nothing else (no clock, no path), so that two builds
// are equal byte for byte: make assets-check relies on it.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { PurgeCSS } from 'purgecss';
import * as sass from 'sass';

const here = dirname(fileURLToPath(import.meta.url));
process.chdir(here);
const out = 'assets';
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');
const files = {}; // logical name -> name with hash
const libraries = [];

/** Writes bytes under name-HASH.ext and notes the name in the manifest. */
function put(name, bytes) {
  const dot = name.lastIndexOf('.');
  const hashed = `${name.slice(0, dot)}-${sha256(bytes).slice(0, 10)}${name.slice(dot)}`;
  writeFileSync(join(out, hashed), bytes);
  files[name] = hashed;
  return '/assets/' + hashed;
}

/** Copies files of an npm package, unmodified, into a folder that carries their hash. */
function library(pkg, licence, licenceFile, names, note, name = pkg) {
  const short = name.split('/').pop();
  const root = join('node_modules', pkg);
  const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  const all = names.map(n => readFileSync(join(root, n)));
  const folder = `${short}-${version}-${sha256(Buffer.concat(all)).slice(0, 10)}`;
  mkdirSync(join(out, folder), { recursive: true });
  const entry = { name, version, licence, ...(note && { note }), files: [] };
  for (const [i, n] of [...names.entries(), [names.length, licenceFile]]) {
    const bytes = all[i] ?? readFileSync(join(root, n));
    const base = n.split('/').pop();
    writeFileSync(join(out, folder, base), bytes);
    files[`${short}/${base}`] = `${folder}/${base}`;
    entry.files.push({ path: `${folder}/${base}`, sha256: sha256(bytes) });
  }
  libraries.push(entry);
  return '/assets/' + folder + '/';
}

const weights = [400, 600, 700];
const fonts = library('@fontsource/titillium-web', 'OFL-1.1', 'LICENSE',
  weights.flatMap(w => ['latin', 'latin-ext'].map(s => `files/titillium-web-${s}-${w}-normal.woff2`)));
const maplibre = library('maplibre-gl', 'BSD-3-Clause', 'LICENSE.txt',
  ['dist/maplibre-gl.mjs', 'dist/maplibre-gl-worker.mjs', 'dist/maplibre-gl.css']);
library('bootstrap-italia', 'BSD-3-Clause', 'LICENSE', [], 'style rules, compiled into portal.css');
const titillium = 'src/fonts/Titillium_Web/';
library('bootstrap-italia', 'OFL-1.1', titillium + 'OFL.txt',
  ['regular', '600'].map(w => `${titillium}titillium-web-v10-latin-ext_latin-${w}.ttf`), 'Titillium Web as TrueType, embedded in PDF', 'bootstrap-italia/titillium-web-ttf');

// The style sheet: the parts of Bootstrap Italia that the templates use, and ours.
const ranges = JSON.parse(readFileSync('node_modules/@fontsource/titillium-web/unicode.json', 'utf8'));
const faces = weights.flatMap(w => Object.keys(ranges).sort().map(s =>
  `@font-face{font-family:"Titillium Web";font-weight:${w};font-display:swap;src:url(${fonts}titillium-web-${s}-${w}-normal.woff2) format("woff2");unicode-range:${ranges[s]}}`));
const compiled = sass.compile('src/portal.scss', { loadPaths: ['node_modules/bootstrap-italia/src/scss'], logger: sass.Logger.silent, charset: false }).css;
const templates = readdirSync('templates', { recursive: true }).filter(f => f.endsWith('.html')).sort().map(f => join('templates', f));
const scripts = readdirSync('src').filter(f => f.endsWith('.ts')).sort().map(f => join('src', f));
const code = readdirSync('.').filter(f => f.endsWith('.go') && !f.endsWith('_test.go')).sort(); // the still map's classes
const [purged] = await new PurgeCSS().purge({
  content: [...templates, ...scripts, ...code].map(f => ({ raw: readFileSync(f, 'utf8'), extension: f.split('.').pop() })),
  css: [{ raw: compiled }],
  safelist: { standard: [/^[ts]-/, 'js', 'svg', 'use'], greedy: [/maplibregl/, /:focus/, /^\[data-/] },
  variables: true,
});
const css = await esbuild.transform(faces.join('') + purged.css, { loader: 'css', minify: true, target: 'es2022', legalComments: 'none' });
put('portal.css', Buffer.from('/* Po-net, EUPL-1.2; contains parts of Bootstrap Italia (BSD-3-Clause) */' + css.code));

// Our script: first what the map needs, since app.ts names its file.
async function script(entry, define, name = entry, format = 'esm') {
  const result = await esbuild.build({
    entryPoints: [join('src', entry + '.ts')], bundle: true, write: false, minify: true,
    format, target: 'es2022', define, external: ['/assets/*'], legalComments: 'none', charset: 'utf8',
  });
  return put(name + '.js', result.outputFiles[0].contents);
}
const map = await script('mappa', {
  MAPLIBRE: JSON.stringify(maplibre + 'maplibre-gl.mjs'),
  MAPLIBRE_WORKER: JSON.stringify(maplibre + 'maplibre-gl-worker.mjs'),
  MAPLIBRE_CSS: JSON.stringify(maplibre + 'maplibre-gl.css'),
});
await script('app', { MAPPA: JSON.stringify(map) });
await script('worker/offline', {}, 'offline', 'iife'); // not a module for the browser
put('stemma.svg', readFileSync('src/stemma.svg'));

const manifest = { files: Object.fromEntries(Object.entries(files).sort()), libraries };
writeFileSync(join(out, 'manifest.json'), JSON.stringify(manifest, null, 1) + '\n');

// axe-core judges the pages in the browser tests; it is never served.
mkdirSync('testdata/axe', { recursive: true });
copyFileSync('node_modules/axe-core/axe.min.js', 'testdata/axe/axe.min.js');
copyFileSync('node_modules/axe-core/LICENSE', 'testdata/axe/LICENSE');
