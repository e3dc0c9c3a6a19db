package portal

import (
	"fmt"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A Letter is a receipt as plain text, for a mail or a terminal.
type Letter struct{ Subject, Text string }

// A Writer writes receipts as letters in one language.
type Writer struct{ server }

// NewWriter is a Writer of language lang, "it" or "en", for the node that cfg
// describes; BaseURL is where its pages are.
func NewWriter(lang string, cfg Config) (*Writer, error) {
	words, err := readTexts("it")
	if err == nil && lang == "en" {
		words, err = readEnglish(words)
	}
	if err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Writer{server{cfg: cfg, texts: words, now: cfg.Now}}, nil
}

// Receipt tells what run of src did in words; complaints are the first of each
// rule, as everybody may read them.
func (w *Writer) Receipt(src catalog.Source, run catalog.Run, complaints []catalog.Complaint) string {
	var b strings.Builder
	w.tell(&b, src, run, complaints)
	return b.String()
}

// News is what goes to a correspondent about a run: what is news of it first.
func (w *Writer) News(src catalog.Source, run catalog.Run, n catalog.Notice, complaints []catalog.Complaint) Letter {
	var said []string
	for _, news := range n.News {
		said = append(said, w.texts.t("posta.novita."+string(news)))
	}
	var b strings.Builder
	for _, s := range said {
		fmt.Fprintf(&b, "%s.\n", s)
	}
	if len(n.Rules) > 0 {
		for _, rule := range n.Rules {
			fmt.Fprintf(&b, "- %s\n", w.rule(rule, ""))
		}
	}
	b.WriteString("\n")
	w.tell(&b, src, run, complaints)
	fmt.Fprintf(&b, "\n%s\n%s%s\n\n%s\n", w.texts.t("posta.intera"), w.cfg.BaseURL, w.runPath(src.ID, run.ID), w.texts.t("posta.perche", name(src), or(w.cfg.Name, "Po-net"), or(w.cfg.Email, w.cfg.Operator, w.cfg.Name)))
	first := ""
	if len(said) > 0 {
		first = said[0]
	}
	return Letter{Subject: w.texts.t("posta.oggetto", or(w.cfg.Name, "Po-net"), name(src), first), Text: b.String()}
}

// Trial is a letter that only shows that letters arrive.
func (w *Writer) Trial() Letter {
	return Letter{Subject: w.texts.t("posta.prova", or(w.cfg.Name, "Po-net")), Text: w.texts.t("posta.prova-testo", or(w.cfg.Name, "Po-net"), w.cfg.BaseURL) + "\n"}
}

func (w *Writer) tell(b *strings.Builder, src catalog.Source, run catalog.Run, complaints []catalog.Complaint) {
	r := w.publicReceipt(src, run)
	fmt.Fprintf(b, "%s, %s\n%s. %s\n", name(src), w.texts.moment(run.Started), r.Outcome, r.Summary)
	if r.Fault != nil {
		fmt.Fprintf(b, "\n%s\n  %s: %s\n  %s: %s\n", r.Fault.What, w.texts.t("ricevuta.come"), r.Fault.Advice, w.texts.t("ricevuta.chi-puo"), r.Fault.Who)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(b, "\n%s (%s)\n", p.What, w.texts.many("ricevuta.volte", p.Count))
		for _, c := range complaints {
			if c.Rule == p.Rule {
				fmt.Fprintf(b, "  - %s\n", w.spot("", c).Text)
			}
		}
		if p.Expected != "" {
			fmt.Fprintf(b, "  %s: %s\n", w.texts.t("ricevuta.atteso"), p.Expected)
		}
		fmt.Fprintf(b, "  %s: %s\n  %s: %s\n", w.texts.t("ricevuta.come"), p.Advice, w.texts.t("ricevuta.chi-puo"), p.Who)
	}
}
