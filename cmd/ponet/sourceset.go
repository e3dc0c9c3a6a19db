package main

import "fmt"

type sourceSetCmd struct {
	ID      string `arg:"" help:"Id of the source."`
	Address string `name:"url" placeholder:"URL" help:"New web address or path."`
	sourceFlags
}

func (sourceSetCmd) Help() string {
	return "Example:\n  ponet source set biblioteche --map title=denominazione --every 12h"
}

func (c sourceSetCmd) Run(sh *shell) error {
	n, src, err := openSource(sh, c.ID)
	if err != nil {
		return err
	}
	defer n.close()
	if c.Address != "" {
		if src.URL, err = resolve(c.Address); err != nil {
			return err
		}
	}
	if err := c.apply(&src); err != nil {
		return err
	}
	if err := putSource(sh.ctx, n, src); err != nil {
		return err
	}
	if err := c.correspond(sh.ctx, n, src.ID); err != nil {
		return err
	}
	fmt.Fprintf(sh.stdout, "changed %s; the next harvest reads it so\n", src.ID)
	return nil
}

type sourcePauseCmd struct {
	ID string `arg:"" help:"Id of the source."`
}

func (sourcePauseCmd) Help() string { return "Example:\n  ponet source pause biblioteche" }

func (c sourcePauseCmd) Run(sh *shell) error { return pause(sh, c.ID, true) }

type sourceResumeCmd struct {
	ID string `arg:"" help:"Id of the source."`
}

func (sourceResumeCmd) Help() string { return "Example:\n  ponet source resume biblioteche" }

func (c sourceResumeCmd) Run(sh *shell) error { return pause(sh, c.ID, false) }

func pause(sh *shell, id string, paused bool) error {
	n, src, err := openSource(sh, id)
	if err != nil {
		return err
	}
	defer n.close()
	src.Paused = paused
	if err := n.PutSource(sh.ctx, src); err != nil {
		return err
	}
	if paused {
		fmt.Fprintf(sh.stdout, "paused %s; its records stay, and `ponet source resume %s` takes it up again\n", id, id)
		return nil
	}
	fmt.Fprintf(sh.stdout, "%s is harvested again\n", id)
	return nil
}

type sourceRemoveCmd struct {
	ID string `arg:"" help:"Id of the source."`
}

func (sourceRemoveCmd) Help() string { return "Example:\n  ponet source remove biblioteche" }

func (c sourceRemoveCmd) Run(sh *shell) error {
	n, _, err := openSource(sh, c.ID)
	if err != nil {
		return err
	}
	defer n.close()
	gone, err := n.RemoveSource(sh.ctx, c.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(sh.stdout, "removed %s; %d records were withdrawn, their history stays\n", c.ID, gone)
	return nil
}
