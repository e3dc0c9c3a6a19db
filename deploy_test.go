package ponet_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var units = []string{"ponet.service", "ponet-backup.service", "ponet-backup.timer"}

// What systemd is told is what systemd knows, and the service may do little.
func TestUnits(t *testing.T) {
	dir := t.TempDir()
	for _, name := range units {
		text := read(t, "deploy/"+name)
		if strings.HasSuffix(name, ".service") {
			for _, line := range []string{"User=ponet", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict", "ProtectHome=yes", "EnvironmentFile=-/etc/ponet/ponet.env"} {
				if !strings.Contains(text, "\n"+line+"\n") {
					t.Errorf("%s has no %s", name, line)
				}
			}
		}
		text = strings.ReplaceAll(text, "/usr/local/bin/ponet", "/bin/true") // which is installed here
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed: ", err)
	}
	for _, name := range units {
		cmd := exec.Command(analyze, "verify", filepath.Join(dir, name))
		cmd.Env = append(os.Environ(), "SYSTEMD_UNIT_PATH="+dir+":") // with the machine's own
		if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), name) {
			t.Errorf("systemd-analyze verify %s: %v\n%s", name, err, out)
		}
		if !strings.HasSuffix(name, ".service") {
			continue
		}
		// In tenths; the page for operators says 1.4.
		if out, err := exec.Command(analyze, "security", "--offline=true", "--threshold=14", filepath.Join(dir, name)).CombinedOutput(); err != nil {
			t.Errorf("systemd-analyze security %s: %v\n%s", name, err, out)
		}
	}
}

// Every setting that the installed file names is one, and make install puts
// everything in its place without touching settings that are there.
func TestInstall(t *testing.T) {
	operator := read(t, "docs/operator.md")
	for _, m := range regexp.MustCompile(`(?m)^#?(PONET_[A-Z_]+)=`).FindAllStringSubmatch(read(t, "deploy/ponet.env"), -1) {
		if !strings.Contains(operator, "`"+m[1]+"`") {
			t.Errorf("deploy/ponet.env names %s, which is no setting", m[1])
		}
	}
	tree := t.TempDir()
	for _, dir := range []string{"bin", "deploy"} {
		if err := os.Mkdir(filepath.Join(tree, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range append([]string{"ponet.env"}, units...) {
		if err := os.WriteFile(filepath.Join(tree, "deploy", name), []byte(read(t, "deploy/"+name)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(tree, "Makefile"), []byte(read(t, "Makefile")), 0o644); err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(tree, "root")
	install := func() ([]byte, error) {
		cmd := exec.Command("make", "-s", "install", "DESTDIR="+root, "PREFIX=/opt/ponet")
		cmd.Dir = tree
		return cmd.CombinedOutput()
	}
	if out, err := install(); err == nil || !strings.Contains(string(out), "run make build first") {
		t.Errorf("make install without a program: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(tree, "bin", "ponet"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := install(); err != nil {
		t.Fatalf("make install: %v\n%s", err, out)
	}
	settings := filepath.Join(root, "etc/ponet/ponet.env")
	if err := os.WriteFile(settings, []byte("PONET_NAME=mio\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	if out, err := install(); err != nil {
		t.Fatalf("make install again: %v\n%s", err, out)
	}
	if got := read(t, settings); got != "PONET_NAME=mio\n" {
		t.Errorf("the settings were replaced by %q", got)
	}
	if unit := read(t, filepath.Join(root, "etc/systemd/system/ponet.service")); !strings.Contains(unit, "ExecStart=/opt/ponet/bin/ponet serve") {
		t.Error("the installed service starts another program")
	}
	if info, err := os.Stat(filepath.Join(root, "opt/ponet/bin/ponet")); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("program: %v, %v", info, err)
	}
}
