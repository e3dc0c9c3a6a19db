package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/alecthomas/kong"

	"po-net.prato.it/ponet/harvesters"
)

// cli is the command line; each verb is a file.
type cli struct {
	Config

	VersionFlag kong.VersionFlag `name:"version" help:"Print the version."`

	Serve   serveCmd   `cmd:"" help:"Run the web server and the worker that harvests." group:"run"`
	Work    workCmd    `cmd:"" help:"Run only the worker that harvests." group:"run"`
	Demo    demoCmd    `cmd:"" help:"Run everything on a ready territory, harvested from a publisher on this machine." group:"run"`
	Source  sourceCmd  `cmd:"" help:"Add, try and change the sources that are harvested." group:"harvest"`
	Harvest harvestCmd `cmd:"" help:"Harvest sources now." group:"harvest"`
	Runs    runsCmd    `cmd:"" help:"List harvests, or show one with its receipt." group:"harvest"`
	Body    bodyCmd    `cmd:"" help:"Add and list the bodies that answer for records." group:"harvest"`
	Links   linksCmd   `cmd:"" help:"Look whether the addresses that records give work." group:"harvest"`
	Vocab   vocabCmd   `cmd:"" help:"List the controlled vocabularies, and take newer editions of them over." group:"harvest"`
	Mail    mailCmd    `cmd:"" help:"Try the mail server, and list the messages about harvests." group:"harvest"`
	Import  importCmd  `cmd:"" help:"Take a file in as a dataset." group:"data"`
	Match   matchCmd   `cmd:"" help:"Say whether two records describe one thing, and why." group:"data"`
	Export  exportCmd  `cmd:"" help:"Write a collection to a file." group:"data"`
	Record  recordCmd  `cmd:"" help:"Show a record, as it is or as it was." group:"data"`
	Basemap basemapCmd `cmd:"" help:"What the maps are drawn on." group:"data"`
	Backup  backupCmd  `cmd:"" help:"Write everything the catalogue holds into one file." group:"admin"`
	Restore restoreCmd `cmd:"" help:"Put a backup into the place of the catalogue." group:"admin"`
	Migrate migrateCmd `cmd:"" help:"Bring the database to this release's schema." group:"admin"`
	Doctor  doctorCmd  `cmd:"" help:"Look at everything Po-net needs here, and say what is missing." group:"admin"`
	Show    configCmd  `cmd:"" name:"config" help:"Print every setting and where it comes from." group:"admin"`
	Version versionCmd `cmd:"" help:"Print the version." group:"admin"`
}

// A shell is what every command is given.
type shell struct {
	ctx            context.Context
	cfg            *Config
	stdin          io.Reader
	stdout, stderr io.Writer
	log            *slog.Logger
}

// run is the program without the operating system around it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	var c cli
	exit := -1
	parser, err := kong.New(&c,
		kong.Name("ponet"),
		kong.Description("Open-data catalogue and geospatial knowledge base of a territory."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exit = code }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 100}),
		kong.ExplicitGroups([]kong.Group{
			{Key: "run", Title: "Serve:"}, {Key: "harvest", Title: "Harvest:"}, {Key: "data", Title: "Data:"}, {Key: "admin", Title: "Administer:"},
			{Key: "settings", Title: "Settings (also in the environment):"},
		}),
		kong.Vars{"version": "ponet " + version(), "kinds": strings.Join(harvesters.ProtocolNames(), ", ")},
	)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exit >= 0 {
		if exit > 0 {
			return exitError(exit)
		}
		return nil
	}
	if err != nil {
		var parse *kong.ParseError
		if errors.As(err, &parse) {
			return fmt.Errorf("%w (see: ponet %s--help)", err, command(parse.Context))
		}
		return err
	}
	sh := &shell{ctx: ctx, cfg: &c.Config, stdin: stdin, stdout: stdout, stderr: stderr, log: logger(stderr, c.level(parsed.Command()))}
	return parsed.Run(sh)
}

// command is the verb that was being parsed, with a space after it.
func command(k *kong.Context) string {
	if k == nil || k.Command() == "" {
		return ""
	}
	var words []string
	for _, w := range strings.Fields(k.Command()) {
		if !strings.HasPrefix(w, "<") {
			words = append(words, w)
		}
	}
	return strings.Join(words, " ") + " "
}

// level is what is logged: for a command that ends by itself only what went
// wrong, unless more was asked for.
func (c *cli) level(command string) slog.Level {
	switch command {
	case "serve", "work", "demo":
		return c.LogLevel
	}
	if c.LogLevel == slog.LevelInfo {
		return slog.LevelWarn
	}
	return c.LogLevel
}

func logger(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}
