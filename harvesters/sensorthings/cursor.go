package sensorthings

import (
	"encoding/json"
	"fmt"
	"time"
)

// A cursor says how far the observations were read: when, and of each datastream
// the start of its newest one.
type cursor struct {
	Read time.Time         `json:"read"`
	Last map[string]string `json:"last,omitempty"` // by id of the datastream, in RFC 3339
	Many bool              `json:"many,omitempty"` // there are too many for Last
}

// maxLast bounds the cursor, which is stored as text: of a service with more
// datastreams the last days of each are read again.
const maxLast = 10_000

func parseCursor(s string) cursor {
	var c cursor
	if s == "" || json.Unmarshal([]byte(s), &c) != nil {
		return cursor{}
	}
	return c
}

func (c cursor) String() string {
	if len(c.Last) > maxLast {
		c.Last, c.Many = nil, true
	}
	b, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	return string(b)
}

// filters are the conditions by which the new observations of a datastream are
// asked for, the best first; a single "" for all of them.
func (c cursor) filters(id string) []string {
	if c.Read.IsZero() {
		return []string{""}
	}
	published := c.Read.Add(-overlap).UTC().Format(time.RFC3339)
	last := c.Last[id]
	switch {
	case c.Many:
		last = published
	case last == "":
		return []string{""}
	}
	measured := fmt.Sprintf("phenomenonTime gt %s", last)
	return []string{measured + " or resultTime gt " + published, measured, ""}
}

// note remembers the newest time of a datastream.
func (c *cursor) note(id, start string) {
	t, err := time.Parse(time.RFC3339, start)
	if err != nil {
		return
	}
	c.keep(id, t.UTC().Format(time.RFC3339Nano))
}

// keep is note for a time that was noted before; the later one stands.
func (c *cursor) keep(id, at string) {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return
	}
	if old, err := time.Parse(time.RFC3339, c.Last[id]); err == nil && old.After(t) {
		return
	}
	c.Last[id] = at
}

// forget lets a datastream be read from its beginning the next time.
func (c *cursor) forget(id string) { delete(c.Last, id) }
