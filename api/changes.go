package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"po-net.prato.it/ponet/catalog"
)

// How many changes a page has: when limit is absent, and at most.
const (
	defaultChanges = 1000
	maxChanges     = 1000
)

// ChangesInput chooses where to go on in the log.
type ChangesInput struct {
	Request
	F     string `query:"f" enum:"json" doc:"The representation; there is one."`
	Since string `query:"since" maxLength:"60" doc:"Where to go on: next of an earlier answer. Without it, where the log ends now. 0-0 is its beginning." example:"0-0"`
	Limit int    `query:"limit" minimum:"1" default:"1000"`
}

// Changes are a part of the log of everything that was published.
type Changes struct {
	Links   []Link   `json:"links" nullable:"false" doc:"This part and, while there is more, the next."`
	Next    string   `json:"next" doc:"Where to go on, now or any time later: the parameter since of the next request." example:"84213-1907"`
	More    bool     `json:"more" doc:"Whether there is more already."`
	Changes []Change `json:"changes" nullable:"false" doc:"The oldest first."`
}

// A Change is one line of the log.
type Change struct {
	Op         string          `json:"op" enum:"create,update,withdraw" doc:"What happened to the record."`
	Collection string          `json:"collection" doc:"In which it is." example:"places"`
	ID         string          `json:"id" format:"uuid" doc:"Of the record."`
	Kind       string          `json:"kind" doc:"Of the record." example:"place"`
	At         time.Time       `json:"at" doc:"When."`
	Record     json.RawMessage `json:"record,omitempty" doc:"The record as it is now, a Feature, with the last of its changes in this part; absent once it was withdrawn."`
}

func changesOperation(s *server) huma.Operation {
	op := huma.Operation{
		OperationID: "getChanges",
		Summary:     "What was published, changed and withdrawn",
		Description: "The log of the catalogue in the order of publication: whoever asks for since with the next of the answer before gets each change once. " +
			"To keep a copy: ask without since and keep next, read all collections, then ask from time to time with what was kept.",
		Tags:       []string{tagRecords},
		Parameters: []*huma.Param{limitParameter(defaultChanges, maxChanges, "Changes. More than the maximum is not an error: the maximum is used.")},
		Responses:  answers("A part of the log.", jsonType, schemaOf[Changes](s)),
	}
	op.Responses["410"] = &huma.Response{Description: "The log does not reach there, since the catalogue was restored from an older backup: read all collections again."}
	return op
}

func (s *server) changes(ctx context.Context, in *ChangesInput) (*answer, error) {
	last, err := s.store.LogEnd(ctx)
	if err != nil {
		return nil, err
	}
	page := Changes{Links: []Link{{Href: s.here(in.http), Rel: "self", Type: jsonType, Title: "This part"}}, Changes: []Change{}, Next: formatPosition(last)}
	if in.Since != "" {
		since, ok := parsePosition(in.Since)
		switch {
		case !ok:
			return nil, badQuery("since", in.Since, "is not the next of an answer of this operation")
		case last.Before(since):
			return nil, newProblem(http.StatusGone, "query parameter since: the log of this catalogue does not reach that far, so it was restored from an older backup: read the collections again, and begin without since")
		}
		if err := s.changesAfter(ctx, in, since, &page); err != nil {
			return nil, err
		}
	}
	return s.sendJSON(in.http, jsonType, page)
}

// changesAfter fills page with the changes after since.
func (s *server) changesAfter(ctx context.Context, in *ChangesInput, since catalog.Position, page *Changes) error {
	limit := min(in.Limit, maxChanges)
	log, err := s.store.Changes(ctx, since, limit)
	if err != nil {
		return err
	}
	newest := map[string]int{} // of each record: its last change in this part
	for i, c := range log {
		newest[c.RecordID], since = i, c.Position()
		page.Changes = append(page.Changes, Change{Op: c.Op, Collection: c.Collection, ID: c.RecordID, Kind: string(c.Kind), At: c.At})
	}
	ids := make([]string, 0, len(newest))
	for id := range newest {
		ids = append(ids, id)
	}
	records, err := s.store.RecordsByID(ctx, ids)
	if err != nil {
		return err
	}
	for _, rec := range records {
		page.Changes[newest[rec.ID]].Record = rec.Feature
	}
	page.Next, page.More = formatPosition(since), len(log) == limit
	if page.More {
		page.Links = append(page.Links, Link{Href: s.here(in.http, "since", page.Next), Rel: "next", Type: jsonType, Title: "The next part"})
	}
	return nil
}

// formatPosition writes a place in the log for others to give back.
func formatPosition(p catalog.Position) string { return fmt.Sprintf("%d-%d", p.Transaction, p.Seq) }

func parsePosition(s string) (catalog.Position, bool) {
	transaction, seq, _ := strings.Cut(s, "-")
	x, err := strconv.ParseUint(transaction, 10, 63)
	n, wrong := strconv.ParseInt(seq, 10, 64)
	return catalog.Position{Transaction: x, Seq: n}, err == nil && wrong == nil && n >= 0
}
