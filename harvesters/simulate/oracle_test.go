package simulate

import (
	"fmt"
	"maps"
	"slices"

	"po-net.prato.it/ponet/catalog"
)

// The rules of docs/harvest.md, written from that page and not from the engine.
const (
	missesAllowed = 2  // complete listings in a row that lack a record, before it may go
	valve         = 20 // records that a run may withdraw from a source of less than 400
)

// A fate is what has become of one key.
type fate struct {
	record string // its id
	state  state
	live   bool // published; otherwise withdrawn
	known  bool // what the source said of it is kept; not, when the run that brought it was undone
	// least and most are how many complete listings in a row lacked it. They differ
	// where it is not certain from outside whether a broken reading met it.
	least, most int
}

// fates of all keys that were ever stored.
type fates map[string]fate

// A reading is what one attempt at a run was told, as the server knows it.
type reading struct {
	stored   bool            // what waited for the end of the listing may have been stored
	clean    bool            // nothing came in the way of the whole run
	held     map[string]bool // keys that the source had from beginning to end
	told     map[row]bool    // what left the server, whether or not it arrived
	harmless bool            // nothing came in the way
	// Of a source that lists what changed:
	partial    bool            // what is absent says nothing
	deleted    map[string]bool // keys that the source says it has withdrawn
	unreadable string          // a key that is listed and cannot be read
}

// states that were told of a key.
func (g reading) states(key string) (states []state) {
	for r := range g.told {
		if r.key == key {
			states = append(states, r.state)
		}
	}
	return states
}

// A verdict is the oracle at work on one attempt.
type verdict struct {
	before, after fates
	reading       reading
	// Of the last complete listing, where a person has rejected what it lacked: which
	// keys that surely was, and which it may have been.
	rejected, perhaps map[string]bool
	wrong             []string
}

func (v *verdict) fault(format string, args ...any) {
	v.wrong = append(v.wrong, fmt.Sprintf(format, args...))
}

// broken judges an attempt whose listing says nothing of what is gone: it was
// interrupted, or failed. What it was told may have been stored.
func (v *verdict) broken() {
	taken := v.taken()
	for _, key := range union(v.before, v.after) {
		old, was := v.before[key]
		now, is := v.after[key]
		states := v.reading.states(key)
		if taken[key] {
			continue
		}
		met := is && slices.Contains(states, now.state) && now.live
		switch {
		case !is:
			v.fault("%s is lost", key)
			continue
		case !met && !was:
			v.fault("%s is in the catalogue in state %s, and the source never said so", key, now.state)
		case !met && old.live && !now.live:
			v.fault("%s was withdrawn by a run that was not completed", key)
		case !met && (old.state != now.state || old.live != now.live):
			v.fault("%s is in state %s (live %v); it was in state %s (live %v), told were %v", key, now.state, now.live, old.state, old.live, states)
		}
		now.least, now.most = old.least, old.most
		if len(states) > 0 {
			now.least = 0
		}
		if met && (!was || old.state != now.state || !old.live) {
			now.most = 0 // it certainly was met
		}
		v.after[key] = now
	}
}

// complete judges an attempt that says it has read the listing to its end.
// It returns how many the receipt may say are gone, from least to most.
func (v *verdict) complete(parked bool, approved int64) (least, most int) {
	var gone, required, allowed, againLeast, againMost int
	taken := v.taken()
	for _, key := range union(v.before, v.after) {
		old, was := v.before[key]
		now, is := v.after[key]
		states := v.reading.states(key)
		switch {
		case taken[key]:
			continue
		case !is:
			v.fault("%s is lost", key)
			continue
		}
		deleted := v.reading.deleted[key]
		if len(states) == 0 && (v.reading.partial && !deleted || key == v.reading.unreadable) {
			if old.state != now.state || old.live != now.live {
				v.fault("%s went from state %s (live %v) to %s (%v), and nobody could read or missed it", key, old.state, old.live, now.state, now.live)
			}
			if now.least, now.most = old.least, old.most; key == v.reading.unreadable {
				now.least, now.most = 0, 0
			}
			v.after[key] = now
			continue
		}
		withdrawn := old.live && !now.live
		switch {
		case v.reading.held[key] && len(states) == 0:
			v.fault("the run says it is complete, and was never told of %s", key)
		case v.reading.held[key] && !now.live:
			v.fault("%s is not published; the source has it in state %v", key, states)
		case v.reading.held[key] && !slices.Contains(states, now.state), !was && !slices.Contains(states, now.state):
			v.fault("%s is in state %s; the source said %v", key, now.state, states)
		case len(states) == 0 && old.state != now.state:
			v.fault("%s went from state %s to %s; the source said nothing of it", key, old.state, now.state)
		case !old.live && was && now.live && len(states) == 0:
			v.fault("%s is published again; the source does not have it", key)
		case withdrawn && v.reading.held[key]:
			v.fault("%s was withdrawn; the source has it", key)
		case withdrawn && parked:
			v.fault("%s was withdrawn by a run that is parked", key)
		case withdrawn && !deleted && old.most+1 < missesAllowed:
			v.fault("%s was withdrawn after %d complete listings without it", key, old.most+1)
		}
		now.least, now.most = 0, 0
		if len(states) > 0 && !v.reading.held[key] {
			now.most = 1 // told by a walk that failed, and absent from the second one
		}
		if len(states) == 0 {
			now.least, now.most = old.least, old.most+1
			if !parked {
				now.least++
			}
			if old.live && (deleted || old.least+1 >= missesAllowed) {
				required++
				if !parked && now.live {
					v.fault("%s is still published; %d complete listings in a row were without it", key, old.least+1)
				}
			}
			if old.live && (deleted || old.most+1 >= missesAllowed) {
				allowed++
			}
			// What a person has kept counts for the valve as before, and does not go.
			if old.live && !deleted && v.rejected[key] && old.least+1 < missesAllowed {
				againLeast++
			}
			if old.live && !deleted && v.perhaps[key] && old.most+1 < missesAllowed {
				againMost++
			}
		}
		if withdrawn {
			gone++
		}
		v.after[key] = now
	}
	limit := max(valve, int(approved))
	if !parked && (gone > limit || required+againLeast > limit) {
		v.fault("%d records were withdrawn and %d were due; the valve lets %d through", gone, required+againLeast, limit)
	}
	if parked && allowed+againMost <= limit {
		v.fault("the run is parked; only %d could go, and the valve lets %d through", allowed+againMost, limit)
	}
	if parked {
		return required + againLeast, allowed + againMost
	}
	return gone, gone
}

// receipt compares what a run says it did with what it did to the catalogue since
// it first began. others are the rows that earlier attempts of it were told.
func (v *verdict) receipt(c catalog.Receipt, start fates, others map[row]bool, least, most int) {
	sum := c.New + c.Changed + c.Unchanged + c.Refused
	if c.Read != sum && (c.Outcome != catalog.RunRunning || c.Read < sum) { // under way, some wait for the end of the listing
		v.fault("the receipt does not add up: read %d = new %d + changed %d + unchanged %d + refused %d", c.Read, c.New, c.Changed, c.Unchanged, c.Refused)
	}
	if !v.reading.harmless || c.Outcome != catalog.RunCompleted && c.Outcome != catalog.RunParked {
		return
	}
	var made, moved, same, unsure int64
	records := map[string]bool{}
	for _, f := range start {
		records[f.record] = true
	}
	for r := range v.reading.told {
		old, was := start[r.key]
		switch {
		case !was && records[v.after[r.key].record]:
			unsure++ // it was another key: it may say the same
		case !was || !old.known:
			made++
		case slices.ContainsFunc(slices.Collect(maps.Keys(others)), func(o row) bool { return o.key == r.key && o.state != r.state }):
			unsure++ // it went to and fro
		case !old.live || old.state != r.state:
			moved++
		default:
			same++
		}
	}
	if c.Read != int64(len(v.reading.told)) || c.New != made || c.Changed < moved || c.Changed > moved+unsure || c.Unchanged < same || c.Unchanged > same+unsure || c.Refused != 0 || c.Gone < int64(least) || c.Gone > int64(most) {
		v.fault("the receipt says read %d, new %d, changed %d, unchanged %d, refused %d, gone %d; it should say %d, %d, %d, %d, 0, %d to %d",
			c.Read, c.New, c.Changed, c.Unchanged, c.Refused, c.Gone, len(v.reading.told), made, moved, same, least, most)
	}
}

// lacked are the keys that a listing lacked which counted: true those that were
// surely due to go, by it and those before it.
func (v *verdict) lacked() map[string]bool {
	lacked := map[string]bool{}
	for key, old := range v.before {
		deleted := v.reading.deleted[key]
		if !old.live || len(v.reading.states(key)) > 0 || key == v.reading.unreadable || v.reading.partial && !deleted {
			continue
		}
		lacked[key] = deleted || old.least+1 >= missesAllowed || v.rejected[key]
	}
	return lacked
}

func union[M ~map[string]V, V any](a, b M) []string {
	all := map[string]bool{}
	for k := range a {
		all[k] = true
	}
	for k := range b {
		all[k] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// taken are the keys whose record goes under a new key now, which is only right
// where a listing was read to its end that holds the new one and not the old one.
func (v *verdict) taken() map[string]bool {
	taken, under := map[string]bool{}, map[string]string{}
	for key, f := range v.after {
		if other, twice := under[f.record]; twice {
			v.fault("%s and %s are one record", key, other)
		}
		under[f.record] = key
	}
	for key, old := range v.before {
		to, there := under[old.record]
		if _, is := v.after[key]; is || !there {
			continue
		}
		taken[key] = true
		_, was := v.before[to]
		now := v.after[to]
		switch {
		case !v.reading.stored:
			v.fault("%s has become %s, and no listing was read to its end", key, to)
		case v.reading.partial:
			v.fault("%s has become %s, and the listing holds only what changed", key, to)
		case v.reading.held[key], v.reading.clean && len(v.reading.states(key)) > 0:
			v.fault("%s has become %s, and is still listed", key, to)
		case was:
			v.fault("%s has become %s, which was another one", key, to)
		case !old.live || !now.live:
			v.fault("%s (live %v) has become %s (live %v)", key, old.live, to, now.live)
		case old.state.as(0) != now.state.as(0) || !slices.Contains(v.reading.states(to), now.state):
			v.fault("%s in state %s has become %s in state %s", key, old.state, to, now.state)
		}
	}
	if !v.reading.clean || v.reading.partial || v.reading.unreadable != "" {
		return taken
	}
	// What surely is an old thing under a new key must not be doubled. Where a known key
	// has come to say the same, it is not sure.
	equal, others := map[state]int{}, map[state]bool{}
	for r := range v.reading.told {
		if f, was := v.before[r.key]; !was {
			equal[r.state]++
		} else if f.known {
			others[r.state.as(0)] = true
		}
	}
	for r := range v.reading.told {
		if _, was := v.before[r.key]; was || equal[r.state] > 1 || others[r.state.as(0)] {
			continue
		}
		var same []string
		for key, f := range v.before {
			if f.live && f.known && f.state.as(0) == r.state.as(0) {
				same = append(same, key)
			}
		}
		if len(same) == 1 && len(v.reading.states(same[0])) == 0 && v.after[r.key].record != v.before[same[0]].record {
			v.fault("%s is what %s was, and has a record of its own", r.key, same[0])
		}
	}
	return taken
}
