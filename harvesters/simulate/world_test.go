package simulate

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// A state is what is said of a key: which thing it stands for, how often that has
// changed, and as which of our mappings has it. Two states differ in what is published.
type state struct {
	thing  string
	n      int
	mapped int
}

func (s state) String() string {
	return fmt.Sprintf("%s/%d%s", s.thing, s.n, strings.Repeat("+", s.mapped))
}

// as is s in the eyes of a mapping.
func (s state) as(mapped int) state {
	s.mapped = mapped
	return s
}

// A world is what a source truly holds: of each key, which state of which thing.
type world map[string]state

// keys in order.
func (w world) keys() []string { return slices.Sorted(maps.Keys(w)) }

// title tells thing and state, so that the catalogue says which it holds. The
// accent is there for the encodings.
func title(s state) string { return fmt.Sprintf("Città %s, stato %d", s.thing, s.n) }

// place is where a state of a thing lies, in degrees within Prato.
func place(s state) (lon, lat float64) {
	n := 0
	for _, c := range s.thing {
		n = n*31 + int(c)
	}
	return 11.05 + float64(n%100)/1000, 43.85 + float64(s.n%50)/1000
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
	touched map[string]int
	taken   map[string]int
}

func newLiving(n int) *living {
	l := &living{world: world{}, gone: world{}, touched: map[string]int{}, taken: map[string]int{}}
	l.add(n)
	return l
}

func (l *living) add(n int) {
	for range n {
		key := l.newKey()
		l.put(key, state{thing: "t" + key[1:], n: 1})
	}
}

// newKey is one that was never given out; long enough to be known in the
// addresses that hold it.
func (l *living) newKey() string {
	l.next++
	return fmt.Sprintf("k%07d", l.next)
}

// put enters or alters a key.
func (l *living) put(key string, s state) {
	l.world[key], l.touched[key] = s, l.clock
	delete(l.taken, key)
	delete(l.gone, key)
}

// take takes a key out.
func (l *living) take(key string) {
	l.taken[key] = l.clock
	delete(l.world, key)
	delete(l.touched, key)
}

// renumber gives things new keys, at times: all of them, or some; a few change
// with it. It tells that in words.
func (l *living) renumber(r *rand.Rand) string {
	n := 0
	switch r.IntN(14) {
	case 0:
		n = len(l.world)
	case 1:
		n = r.IntN(len(l.world) + 1)
	}
	keys := some(r, l.world.keys(), n)
	if len(keys) == 0 {
		return ""
	}
	var told []string
	for _, k := range keys {
		s, key := l.world[k], l.newKey()
		if r.IntN(12) == 0 {
			s.n++
		}
		l.take(k)
		l.put(key, s)
		told = append(told, fmt.Sprintf("%s is %s", k, key))
	}
	return "new keys: " + strings.Join(told, ", ")
}

// changed is s after n changes.
func (s state) changed(n int) state {
	s.n += n
	return s
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
	if r.IntN(10) == 0 {
		keys := some(r, l.world.keys(), 1+r.IntN(2))
		for _, k := range keys {
			l.put(l.newKey(), l.world[k])
		}
		tell("also under a new key:", keys)
	}
	if r.IntN(3) == 0 {
		keys := some(r, l.world.keys(), 1+r.IntN(4))
		for _, k := range keys {
			l.put(k, l.world[k].changed(1))
		}
		tell("changed:", keys)
	}
	if r.IntN(4) == 0 {
		keys := some(r, l.gone.keys(), 1+r.IntN(30))
		for _, k := range keys {
			l.put(k, l.gone[k].changed(r.IntN(2)))
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
		l.gone[k] = l.world[k]
		l.take(k)
	}
	tell("gone:", keys)
	if moved := l.renumber(r); moved != "" {
		return "in the source " + strings.Join(append(told, moved), "; ")
	}
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
