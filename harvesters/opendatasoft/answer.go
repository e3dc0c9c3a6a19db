package opendatasoft

import (
	"encoding/json"
	"fmt"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// An answer is what either API says, of which a document has only some.
type answer struct {
	TotalCount *int              `json:"total_count"` // API 2
	Nhits      *int              `json:"nhits"`       // API 1
	Results    []json.RawMessage `json:"results"`
	Datasets   []json.RawMessage `json:"datasets"`
	Records    []json.RawMessage `json:"records"`

	ErrorCode any    `json:"error_code"`
	Message   string `json:"message"`
	Error     any    `json:"error"`
}

// total is how many descriptions there are, -1 when it is not said.
func (a answer) total() int {
	switch {
	case a.TotalCount != nil:
		return *a.TotalCount
	case a.Nhits != nil:
		return *a.Nhits
	}
	return -1
}

// complaint is what the API says went wrong, "" for nothing.
func (a answer) complaint() string {
	switch e := a.Error.(type) {
	case string:
		return strings.TrimSpace(e + " " + a.Message)
	case nil:
		if a.ErrorCode != nil {
			return strings.TrimSpace(fmt.Sprint(a.ErrorCode, ": ", a.Message))
		}
	}
	return ""
}

// read takes a document of either API apart: a listing, a list without frame (an
// export of the catalogue), one dataset or one record.
func read(d *fetch.Document) (answer, error) {
	doc := []byte(strings.TrimSpace(strings.TrimPrefix(string(d.Bytes), "\ufeff")))
	var a answer
	switch {
	case fetch.IsPage(doc):
		return a, fetch.PageError(doc, d.URL, "an answer of Opendatasoft's API")
	case len(doc) == 0:
		return a, failed("an empty answer")
	case doc[0] == '[':
		if err := json.Unmarshal(doc, &a.Results); err != nil {
			return a, failed("not valid JSON: %v", err)
		}
		return a, nil
	}
	if err := json.Unmarshal(doc, &a); err != nil {
		return a, failed("not valid JSON: %v", err)
	}
	if said := a.complaint(); said != "" {
		return a, failed("the portal says %s", said)
	}
	if a.total() < 0 && a.Results == nil && a.Datasets == nil && a.Records == nil {
		a.Results = []json.RawMessage{doc}
	}
	return a, nil
}

// all are the descriptions of an answer.
func (a answer) all() []json.RawMessage {
	switch {
	case a.Datasets != nil:
		return a.Datasets
	case a.Records != nil:
		return a.Records
	}
	return a.Results
}

func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}
