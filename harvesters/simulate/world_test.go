package simulate

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// A world is what a source truly holds: of each key, which state of it. Two
// states of a key differ in everything that is published of it.
type world map[string]int

// keys in order.
func (w world) keys() []string { return slices.Sorted(maps.Keys(w)) }

// title tells key and state, so that the catalogue says which state it holds.
// The accent is there for the encodings.
func title(key string, state int) string { return fmt.Sprintf("Città %s, stato %d", key, state) }

// place is where a state of a key lies, in degrees within Prato.
func place(key string, state int) (lon, lat float64) {
	n := 0
	for _, c := range key {
		n = n*31 + int(c)
	}
	return 11.05 + float64(n%100)/1000, 43.85 + float64(state%50)/1000
}

// A living world changes from one harvest to the next, and remembers which keys
// it has given out and which it has taken back.
type living struct {
	world
	next int
	gone world

	// What a source that can list what changed knows: how often it has changed,
	// and at which change each key was put in, altered or taken out.
	clock   int
	touched world
	taken   world
}

func newLiving(n int) *living {
	l := &living{world: world{}, gone: world{}, touched: world{}, taken: world{}}
	l.add(n)
	return l
}

func (l *living) add(n int) {
	for range n {
		l.next++
		l.put(fmt.Sprintf("k%03d", l.next), 1)
	}
}

// put enters or alters a key.
func (l *living) put(key string, state int) {
	l.world[key], l.touched[key] = state, l.clock
	delete(l.taken, key)
	delete(l.gone, key)
}

// change moves the world on and tells it in words.
func (l *living) change(r *rand.Rand) string {
	l.clock++
	var told []string
	tell := func(what string, keys []string) {
		if len(keys) > 0 {
			told = append(told, fmt.Sprintf("%s %s", what, strings.Join(keys, " ")))
		}
	}
	if r.IntN(3) == 0 {
		n := 1 + r.IntN(4)
		l.add(n)
		told = append(told, fmt.Sprintf("%d are added", n))
	}
	if r.IntN(3) == 0 {
		keys := some(r, l.world.keys(), 1+r.IntN(4))
		for _, k := range keys {
			l.put(k, l.world[k]+1)
		}
		tell("changed:", keys)
	}
	if r.IntN(4) == 0 {
		keys := some(r, l.gone.keys(), 1+r.IntN(30))
		for _, k := range keys {
			l.put(k, l.gone[k]+r.IntN(2))
		}
		tell("listed again:", keys)
	}
	n := 0
	switch r.IntN(16) {
	case 0, 1, 2, 3:
		n = 1 + r.IntN(3)
	case 4, 5:
		n = 15 + r.IntN(12) // about as many as the valve lets through
	case 6:
		n = len(l.world) - r.IntN(3)
	}
	keys := some(r, l.world.keys(), n)
	for _, k := range keys {
		l.gone[k], l.taken[k] = l.world[k], l.clock
		delete(l.world, k)
		delete(l.touched, k)
	}
	tell("gone:", keys)
	if told == nil {
		return "the source is as it was"
	}
	return "in the source " + strings.Join(told, "; ")
}

// some is n of keys, in order.
func some(r *rand.Rand, keys []string, n int) []string {
	r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	keys = keys[:max(0, min(n, len(keys)))]
	slices.Sort(keys)
	return keys
}
