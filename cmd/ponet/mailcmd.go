package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"po-net.prato.it/ponet/catalog/postgis/private"
	"po-net.prato.it/ponet/portal"
)

type mailCmd struct {
	Test mailTestCmd `cmd:"" help:"Send a test message."`
	List mailListCmd `cmd:"" help:"List the messages about harvests and how far each has come."`
}

func (mailCmd) Help() string {
	return `Messages about a source go to the address given with ponet source set ID --notify ADDRESS, when something changes in how its harvest goes.

Example:
  ponet mail test redazione@comune.example.it
  ponet mail list`
}

type mailTestCmd struct {
	Address string `arg:"" help:"Where the message goes."`
	Lang    string `enum:"it,en" default:"it" help:"Its language: it or en."`
}

func (mailTestCmd) Help() string {
	return "Example:\n  ponet mail test redazione@comune.example.it"
}

func (c mailTestCmd) Run(sh *shell) error {
	to, err := mailAddress(c.Address)
	if err != nil {
		return err
	}
	m, err := newMailer(sh.cfg)
	if err != nil {
		return err
	}
	if m == nil {
		return fmt.Errorf("there is no mail server: say which with PONET_SMTP_URL, such as smtp://user:password@mail.example.it:587")
	}
	w, err := portal.NewWriter(c.Lang, sh.letters())
	if err != nil {
		return err
	}
	if err := m.send(sh.ctx, to, w.Trial(), fmt.Sprintf("test-%d", time.Now().UnixNano()), func() error { return nil }); err != nil {
		return err
	}
	fmt.Fprintf(sh.stdout, "%s has taken a message for %s\n", m.host, to)
	return nil
}

// letters is what messages say of this node.
func (sh *shell) letters() portal.Config {
	return portal.Config{Name: sh.cfg.NodeName, BaseURL: sh.cfg.baseURL(), Operator: sh.cfg.Owner, Email: sh.cfg.Contact}
}

type mailListCmd struct {
	Limit int  `default:"20" help:"How many."`
	JSON  bool `help:"Print JSON, one message a line."`
}

func (mailListCmd) Help() string { return "Example:\n  ponet mail list" }

func (c mailListCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "mail")
	if err != nil {
		return err
	}
	defer n.close()
	list, err := n.Notices(sh.ctx, c.Limit)
	if err != nil {
		return err
	}
	if !c.JSON && len(list) == 0 {
		fmt.Fprintln(sh.stdout, "no harvest has brought news yet of a source that has an address (ponet source set ID --notify ADDRESS)")
		return nil
	}
	w := tabwriter.NewWriter(sh.stdout, 0, 0, 2, ' ', 0)
	if !c.JSON {
		fmt.Fprintln(w, "RUN\tSOURCE\tNEWS\tSTATE\tATTEMPTS\tLAST ERROR")
	}
	for _, m := range list {
		if c.JSON {
			if err := printJSON(sh.stdout, m); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(w, "%d\t%s\t%v\t%s\t%d\t%s\n", m.Run, m.Source, m.News, m.State, m.Attempts, m.Error)
	}
	return w.Flush()
}

// checkMail looks at the mail server of the settings; nothing without one.
func checkMail(sh *shell) []private.Finding {
	m, err := newMailer(sh.cfg)
	f := private.Finding{Subject: "mail server of PONET_SMTP_URL"}
	switch {
	case err != nil:
		f.Found, f.Do = err.Error(), "Correct the setting; harvests go on, messages wait."
	case m == nil:
		return nil
	default:
		if err := m.probe(sh.ctx); err != nil {
			f.Found, f.Do = err.Error(), "Check address, user and password; harvests go on, messages wait. ponet mail list shows them."
			break
		}
		f.OK, f.Found = true, fmt.Sprintf("%s:%d lets us in", m.host, m.port)
	}
	return []private.Finding{f}
}
