package rest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"

	"po-net.prato.it/ponet/harvesters/fetch"
)

// soda is the address of a table of Socrata.
var soda = regexp.MustCompile(`/resource/[a-z0-9]{4}-[a-z0-9]{4}\.json$`)

// sodaRows is what we ask of Socrata, which gives 1,000 rows and no hint of
// further ones when nothing is asked; 50,000 is the most its version 2.0 gives.
const sodaRows = 50_000

// sodaState is the address at which a table of Socrata tells in one row how many rows
// it has and when the last of them was updated; "" of any other address, and of one
// that asks for something else than rows.
func sodaState(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || !soda.MatchString(u.Path) {
		return ""
	}
	q := u.Query()
	for _, name := range []string{"$query", "$group", "$having", "$select", "$$query_timeout_seconds"} {
		if q.Has(name) {
			return ""
		}
	}
	for _, name := range []string{"$limit", "$offset", "$order"} {
		q.Del(name)
	}
	q.Set("$select", "count(*) as rows,max(:updated_at) as newest")
	u.RawQuery, u.Fragment = q.Encode(), ""
	return u.String()
}

// unchanged reports whether nothing was added, changed or taken away since the last
// run: what is taken away is one row less, or another one with a later time. It is asked
// before the rows, so that what changes meanwhile is read next time, and gives the walk a
// count. A server that does not answer that is read as before.
func (w *walk) unchanged(ctx context.Context, c *http.Client) (bool, error) {
	address := sodaState(w.src.URL)
	if address == "" {
		return false, nil
	}
	d, err := fetch.Read(ctx, c, address, w.accept)
	if _, refused := errors.AsType[*fetch.StatusError](err); refused {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	rows, newest := readState(d.Bytes)
	if newest == "" {
		return false, nil
	}
	w.counted = rows
	listing := w.src.Listing()
	listing.Cursor = strconv.Itoa(rows) + " " + newest
	listing.Partial = listing.Cursor == listing.Since
	return listing.Partial, nil
}

// readState reads the answer at sodaState; "" if it is none.
func readState(doc []byte) (rows int, newest string) {
	var state []struct {
		Rows   json.RawMessage `json:"rows"` // a number, in a text
		Newest string          `json:"newest"`
	}
	if json.Unmarshal(doc, &state) != nil || len(state) != 1 {
		return 0, ""
	}
	text := string(state[0].Rows)
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	if rows, err := strconv.Atoi(text); err == nil && rows > 0 {
		return rows, state[0].Newest
	}
	return 0, ""
}
