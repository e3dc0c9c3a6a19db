// Writes the statements of a JSON-LD document as N-Triples.
// usage: node compare.js BASE CONTEXTS < document
// CONTEXTS is the folder of our own contexts: no other is read.
import {readFileSync} from 'node:fs';
import jsonld from 'jsonld';

const [base, contexts] = process.argv.slice(2);
const documentLoader = async (url) => ({
  contextUrl: null,
  documentUrl: url,
  document: JSON.parse(readFileSync(`${contexts}/${url.includes('schema.org') ? 'schema' : 'dcat'}.jsonld`, 'utf8')),
});
const document = JSON.parse(readFileSync(0, 'utf8').replace(/^\uFEFF/, ''));
process.stdout.write(await jsonld.toRDF(document, {base, documentLoader, format: 'application/n-quads'}));
