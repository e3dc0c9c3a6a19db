package catalog

import "fmt"

// Paging is how an interface of the web hands out its rows page by page, for the
// protocols json and xml. What is left out is detected. A path is a JSONPath
// (RFC 9535) when it begins with $, else names of members with points between
// them; in XML it is an XPath.
type Paging struct {
	Next        string `json:"next,omitempty"`         // path of the address of the next page; "Link": the HTTP header (RFC 8288)
	PageParam   string `json:"page_param,omitempty"`   // parameter with the number of the page
	FirstPage   *int   `json:"first_page,omitempty"`   // number of the first page; default 1
	OffsetParam string `json:"offset_param,omitempty"` // parameter with how many rows to leave out
	LimitParam  string `json:"limit_param,omitempty"`  // parameter with how many rows to give
	PageRows    int    `json:"page_rows,omitempty"`    // how many to ask for
	TokenParam  string `json:"token_param,omitempty"`  // parameter with the token of the next page
	Token       string `json:"token,omitempty"`        // path of that token
	Total       string `json:"total,omitempty"`        // path of the count of all rows; "Header: NAME" for one in the answer's headers
}

// Check reports what in p contradicts itself.
func (p *Paging) Check() error {
	ways := 0
	for _, w := range []string{p.Next, p.PageParam, p.OffsetParam, p.TokenParam} {
		if w != "" {
			ways++
		}
	}
	switch {
	case ways > 1:
		return fmt.Errorf("paging: one of next link, page number, offset or token leads to the next page, not several: %w", ErrInvalid)
	case (p.TokenParam == "") != (p.Token == ""):
		return fmt.Errorf("paging: a token has a parameter in which it is sent, and a place where it stands: %w", ErrInvalid)
	case p.PageRows < 0 || p.PageRows > 0 && p.LimitParam == "":
		return fmt.Errorf("paging: the rows of a page are asked for in a parameter: %w", ErrInvalid)
	case p.FirstPage != nil && (*p.FirstPage < 0 || p.PageParam == ""):
		return fmt.Errorf("paging: the first page has a number from 0 on, and a parameter in which it is sent: %w", ErrInvalid)
	}
	return nil
}
