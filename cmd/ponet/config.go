package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kong"
)

// Config holds the settings, from flags or the environment. Nothing below this package reads
// the environment.
type Config struct {
	Addr         string         `env:"PONET_ADDR" default:"127.0.0.1:8080" group:"settings" help:"Address the web server listens on."`
	Data         string         `env:"PONET_DATA" type:"path" group:"settings" placeholder:"DIR" help:"Folder of everything Po-net keeps (default: /var/lib/ponet for root, else the XDG data folder)."`
	DatabaseURL  secret         `env:"PONET_DATABASE_URL" group:"settings" placeholder:"URL" help:"PostgreSQL with PostGIS to use; without it Po-net starts its own in the data folder."`
	BaseURL      string         `env:"PONET_BASE_URL" group:"settings" placeholder:"URL" help:"Address people reach this node at (default: http:// and --addr)."`
	AllowNets    []netip.Prefix `env:"PONET_ALLOW_NETS" sep:"," group:"settings" placeholder:"NET" help:"Private networks the harvests may reach, such as 10.1.0.0/16."`
	TypesenseURL string         `env:"PONET_TYPESENSE_URL" group:"settings" placeholder:"URL" help:"Typesense server for the search, such as http://127.0.0.1:8108; without it PostGIS answers."`
	TypesenseKey secret         `env:"PONET_TYPESENSE_KEY" group:"settings" placeholder:"KEY" help:"Its API key."`
	NodeName     string         `env:"PONET_NAME" default:"Po-net" group:"settings" help:"Name of this node, as pages show it."`
	Owner        string         `env:"PONET_OWNER" default:"" group:"settings" help:"Body that runs this node, for the legal pages."`
	OwnerURL     string         `env:"PONET_OWNER_URL" default:"" group:"settings" help:"Its web site."`
	Contact      string         `env:"PONET_CONTACT" default:"" group:"settings" help:"Its e-mail address for questions and accessibility problems."`
	SMTPURL      secret         `env:"PONET_SMTP_URL" name:"smtp-url" group:"settings" placeholder:"URL" help:"Mail server for messages about sources: smtp://user:password@host:587 (STARTTLS), or smtps:// on port 465."`
	MailFrom     string         `env:"PONET_MAIL_FROM" default:"" group:"settings" placeholder:"ADDRESS" help:"Address that those messages come from."`
	Phone        string         `env:"PONET_PHONE" name:"urp-phone" default:"" group:"settings" help:"Telephone of its front desk (URP)."`
	Address      string         `env:"PONET_ADDRESS" name:"postal-address" default:"" group:"settings" help:"Its postal address."`
	DPO          string         `env:"PONET_DPO" name:"dpo" default:"" group:"settings" help:"How to reach its data protection officer."`
	Territory    string         `env:"PONET_TERRITORY" default:"" group:"settings" help:"Name of the territory, for headings: Prato."`
	NoLinkChecks bool           `env:"PONET_NO_LINK_CHECKS" group:"settings" help:"Do not look by itself whether the addresses that records give work."`
	NoOffline    bool           `env:"PONET_NO_OFFLINE" group:"settings" help:"Browsers keep no pages for when there is no connection, and forget those they have."`
	KeepUndo     time.Duration  `env:"PONET_KEEP_UNDO" default:"2160h" group:"settings" help:"How long runs can be undone; then what was before them is erased."`
	KeepGone     time.Duration  `env:"PONET_KEEP_GONE" default:"17520h" group:"settings" help:"How long the descriptions and versions of withdrawn records are kept; then they are erased."`
	LogLevel     slog.Level     `env:"PONET_LOG_LEVEL" default:"INFO" group:"settings" help:"DEBUG, INFO, WARN or ERROR."`
}

// secret is a text that does not print itself.
type secret string

func (s secret) String() string {
	if s == "" {
		return ""
	}
	if u, err := url.Parse(string(s)); err == nil && u.Scheme != "" {
		return u.Redacted()
	}
	return "(set)"
}

// MarshalText keeps the secret out of JSON.
func (s secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the secret.
func (s *secret) UnmarshalText(b []byte) error { *s = secret(b); return nil }

// dataDir is the folder of everything we keep.
func (c *Config) dataDir() (string, error) {
	switch {
	case c.Data != "":
		return filepath.Abs(c.Data)
	case os.Getuid() == 0:
		return "/var/lib/ponet", nil
	case os.Getenv("XDG_DATA_HOME") != "":
		return filepath.Join(os.Getenv("XDG_DATA_HOME"), "ponet"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no home folder: say where to keep data with --data or PONET_DATA: %w", err)
	}
	return filepath.Join(home, ".local", "share", "ponet"), nil
}

// baseURL is the address of this node without a final slash.
func (c *Config) baseURL() string {
	if c.BaseURL != "" {
		return strings.TrimSuffix(c.BaseURL, "/")
	}
	return "http://" + strings.Replace(c.Addr, "0.0.0.0", "127.0.0.1", 1)
}

type configCmd struct {
	JSON bool `help:"Print JSON, one setting a line."`
}

func (configCmd) Help() string {
	return "Passwords and keys are left out.\n\nExample:\n  ponet config"
}

// A setting is one of Config as a person sees it.
type setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	From  string `json:"from"` // "flag", "environment" or "default"
}

func (c configCmd) Run(sh *shell, k *kong.Context) error {
	data, err := sh.cfg.dataDir()
	if err != nil {
		return err
	}
	shown := *sh.cfg
	shown.Data, shown.BaseURL = data, sh.cfg.baseURL()
	w := tabwriter.NewWriter(sh.stdout, 0, 0, 2, ' ', 0)
	for _, s := range settings(shown, k) {
		if c.JSON {
			if err := printJSON(sh.stdout, s); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(w, "%s=%s\t# %s\n", s.Name, s.Value, s.From)
	}
	return w.Flush()
}

// settings lists cfg, and where each setting comes from.
func settings(cfg Config, k *kong.Context) []setting {
	flags := map[string]bool{} // by the names of their variables
	for _, p := range k.Path {
		if p.Flag != nil && len(p.Flag.Envs) > 0 {
			flags[p.Flag.Envs[0]] = true
		}
	}
	var list []setting
	v := reflect.ValueOf(cfg)
	for i := range v.NumField() {
		s := setting{Name: v.Type().Field(i).Tag.Get("env"), Value: fmt.Sprint(v.Field(i).Interface()), From: "default"}
		if nets, ok := v.Field(i).Interface().([]netip.Prefix); ok {
			s.Value = joined(nets)
		}
		if flags[s.Name] {
			s.From = "flag"
		} else if os.Getenv(s.Name) != "" {
			s.From = "environment"
		}
		list = append(list, s)
	}
	return list
}

// joined is how nets are written in the environment.
func joined(nets []netip.Prefix) string {
	words := make([]string, len(nets))
	for i, n := range nets {
		words[i] = n.String()
	}
	return strings.Join(words, ",")
}

func printJSON(w interface{ Write([]byte) (int, error) }, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

type versionCmd struct{}

func (versionCmd) Help() string { return "Example:\n  ponet version" }

func (versionCmd) Run(sh *shell) error {
	fmt.Fprintln(sh.stdout, "ponet", version())
	return nil
}

// version is the module's version, or the commit the program was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(12, len(s.Value))]
		}
	}
	return "devel"
}
