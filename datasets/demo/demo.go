// Package demo is the first territory: real places of the seven municipalities
// of the province of Prato, written by the project from public facts, in the
// formats in which bodies of this size publish theirs. It gives the files, a
// publisher that serves them over HTTP, and the sources that harvest them: the
// same road as for anybody's data. What is known of each position is said in
// the files and in data/README.md.
package demo

import (
	"embed"
	"io/fs"

	"po-net.prato.it/ponet/catalog"
)

//go:embed data/*
var data embed.FS

// files are the published files, without the folder.
func files() fs.FS {
	sub, err := fs.Sub(data, "data")
	if err != nil {
		panic(err) // only an invalid path
	}
	return sub
}

// Bodies are the bodies that the territory's sources belong to. The ids are
// the codes of the national index of public administrations (IPA) in lower
// case, where the body has one.
func Bodies() []catalog.Body {
	return []catalog.Body{
		{ID: "c_g999", Name: "Comune di Prato", Kind: "comune", Website: "https://www.comune.prato.it", Phone: "+39 0574 18361"},
		{ID: "c_f572", Name: "Comune di Montemurlo", Kind: "comune", Website: "https://www.comune.montemurlo.po.it", Phone: "+39 0574 5581"},
		{ID: "c_b794", Name: "Comune di Carmignano", Kind: "comune", Website: "https://www.comune.carmignano.po.it"},
		{ID: "c_g754", Name: "Comune di Poggio a Caiano", Kind: "comune", Website: "https://www.comune.poggio-a-caiano.po.it"},
		{ID: "c_l537", Name: "Comune di Vaiano", Kind: "comune", Website: "https://www.comune.vaiano.po.it"},
		{ID: "c_l775", Name: "Comune di Vernio", Kind: "comune", Website: "https://www.comune.vernio.po.it"},
		{ID: "c_b626", Name: "Comune di Cantagallo", Kind: "comune", Website: "https://www.comune.cantagallo.po.it"},
		{ID: "p_po", Name: "Provincia di Prato", Kind: "provincia", Website: "https://www.provincia.prato.it"},
		{ID: "sistema-bibliotecario-pratese", Name: "Sistema bibliotecario provinciale pratese", Kind: "rete di biblioteche", Website: "https://www.bibliotecalazzerini.prato.it"},
		{ID: "ausltc", Name: "Azienda USL Toscana centro", Kind: "azienda sanitaria", Website: "https://www.uslcentro.toscana.it"},
		{ID: "asaspa", Name: "Alia Servizi Ambientali", Kind: "gestore di servizi", Website: "https://www.aliaserviziambientali.it", Phone: "800 888333"},
		{ID: "rfi", Name: "Rete Ferroviaria Italiana", Kind: "gestore di servizi", Website: "https://www.rfi.it"},
		{ID: "prefettura-prato", Name: "Prefettura di Prato", Kind: "ufficio dello Stato"},
	}
}
