package simulate

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// mutants are the bugs that are planted in the engine by the build tag of that
// name: harvesters/rules_mutants.go and catalog/postgis/rules_mutants.go.
var mutants = []string{
	"one miss is enough",
	"a failed listing is complete",
	"nothing is a listing",
	"the valve is open",
	"a key comes twice",
	"changes are not seen",
	"a sighting does not count",
	"a run taken up counts anew",
	"a run ends in two transactions",
	"the clock only goes forward",
}

// A simulator that finds nothing proves nothing: each planted bug must be found
// by the seeds that CI plays, and without one nothing.
func TestMutantsAreFound(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the engine once more")
	}
	if os.Getenv("PONET_TEST_DATABASE_URL") == "" && os.Getenv("CI") == "" {
		t.Skip("needs PostgreSQL; run make test")
	}
	program := filepath.Join(t.TempDir(), "mutants.test")
	if out, err := exec.Command("go", "test", "-c", "-vet=off", "-tags", "mutants", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go test -c -tags mutants: %v\n%s", err, out)
	}
	var all sync.WaitGroup
	room := make(chan struct{}, 2) // at once
	for _, mutant := range append([]string{""}, mutants...) {
		all.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			seeds := "200"
			if mutant == "" {
				seeds = "10" // TestSchedules plays the others
			}
			cmd := exec.Command(program, "-test.run", "^TestSchedules$", "-test.timeout", "5m")
			cmd.Env = append(os.Environ(), "PONET_MUTANT="+mutant, "PONET_SIMULATE_SEEDS="+seeds, "PONET_SIMULATE_SEED=")
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			switch {
			case err != nil && !errors.As(err, &exit):
				t.Errorf("%q: %v", mutant, err)
			case mutant == "" && err != nil:
				t.Errorf("without a bug the simulator finds one:\n%s", out)
			case mutant != "" && err == nil:
				t.Errorf("the bug %q was not found by %s seeds", mutant, seeds)
			case mutant != "" && !strings.Contains(string(out), errWrong.Error()):
				t.Errorf("the bug %q: no rule was broken, but\n%s", mutant, out)
			case mutant != "":
				_, told, _ := strings.Cut(string(out), errWrong.Error()+":")
				told, _, _ = strings.Cut(strings.TrimSpace(told), "\n")
				seed, _, _ := strings.Cut(string(out[strings.Index(string(out), "seed "):]), ":")
				t.Logf("%s: %s: %s", mutant, seed, strings.TrimSpace(told))
			}
		})
	}
	all.Wait()
}
