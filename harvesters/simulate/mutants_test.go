package simulate

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// mutants are the bugs that are planted in the engine by the build tag of that
// name: harvesters/rules_mutants.go and catalog/postgis/rules_mutants.go. Each has
// the seed that found it last, which is tried before all the others.
var mutants = map[string]int{
	"one miss is enough":                    2,
	"a failed listing is complete":          1,
	"nothing is a listing":                  4,
	"the valve is open":                     12,
	"a key comes twice":                     84,
	"changes are not seen":                  3,
	"a sighting does not count":             98,
	"a run taken up counts anew":            22,
	"a run ends in two transactions":        478,
	"the clock only goes forward":           5,
	"a partial listing is whole":            6,
	"a rejection is forgotten":              29,
	"new keys are new things":               2,
	"what is listed may be taken over":      2,
	"a dry run writes":                      3,
	"a revert forgets the records":          376,
	"a revert forgets what the source said": 3,
	"a revert overwrites":                   115,
	"reading anew is a sighting":            11,
	"two may harvest at once":               3,
	"a purge leaves the versions":           1,
}

// pastMutants are those that TestPast must find.
var pastMutants = map[string]int{
	"the past forgets what is gone":    6,
	"the past shows what is there now": 3,
	"the past is a little earlier":     3,
}

// A simulator that finds nothing proves nothing: each planted bug must be found by its seed or
// those that CI plays, and without one nothing.
func TestMutantsAreFound(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the engine once more")
	}
	if os.Getenv("PONET_TEST_DATABASE_URL") == "" && os.Getenv("CI") == "" {
		t.Skip("needs PostgreSQL; run make test")
	}
	program := filepath.Join(t.TempDir(), "mutants.test")
	compile := exec.Command("go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-tags", "mutants", "-o", program, ".")
	compile.Env = append(os.Environ(), "GOGC=off", "GOMEMLIMIT=2GiB") // a third faster
	if out, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("go test -c -tags mutants: %v\n%s", err, out)
	}
	var all sync.WaitGroup
	room := make(chan struct{}, 2) // at once
	all.Go(func() {
		if out, err := mutated(program, "TestSchedules", "", 1, 10); err != nil { // TestSchedules plays the others
			t.Errorf("without a bug: %v\n%s", err, out)
		}
	})
	plant := func(test, mutant string, seed, seeds int) {
		all.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			out, err := mutated(program, test, mutant, seed, 1)
			if err == nil {
				out, err = mutated(program, test, mutant, 1, seeds)
			}
			_, told, wrong := strings.Cut(out, errWrong.Error()+":")
			switch {
			case err == nil:
				t.Errorf("the bug %q was not found by %d seeds", mutant, seeds)
			case !wrong:
				t.Errorf("the bug %q: no rule was broken, but %v\n%s", mutant, err, out)
			default:
				told, _, _ = strings.Cut(strings.TrimSpace(told), "\n")
				_, found, _ := strings.Cut(out, "seed ")
				found, _, _ = strings.Cut(found, ":")
				t.Logf("%s: seed %s: %s", mutant, found, strings.TrimSpace(told))
			}
		})
	}
	for mutant, seed := range mutants {
		plant("TestSchedules", mutant, seed, seedsInCI)
	}
	for mutant, seed := range pastMutants {
		plant("TestPast", mutant, seed, pastSeeds)
	}
	all.Wait()
}

// mutated plays n seeds of a test from one on with a bug planted.
func mutated(program, test, mutant string, from, n int) (string, error) {
	cmd := exec.Command(program, "-test.run", "^"+test+"$", "-test.timeout", "5m")
	cmd.Env = append(os.Environ(), "PONET_MUTANT="+mutant, fmt.Sprintf("PONET_SIMULATE_FROM=%d", from), fmt.Sprintf("PONET_SIMULATE_SEEDS=%d", n), "PONET_SIMULATE_SEED=")
	out, err := cmd.CombinedOutput()
	return string(out), err
}
