package main

import (
	"errors"
	"slices"

	"po-net.prato.it/ponet/catalog"
)

// pagingFlags say how an interface of the web (kinds json and xml) hands out its
// rows page by page; what is not said is detected.
type pagingFlags struct {
	Next        string `placeholder:"PATH" help:"Of json and xml: where a page has the address of the next one; Link: in that header."`
	PageParam   string `placeholder:"NAME" help:"Of json and xml: the parameter with the number of the page."`
	FirstPage   *int   `placeholder:"N" help:"Of json and xml: the number of the first page (default 1)."`
	OffsetParam string `placeholder:"NAME" help:"Of json and xml: the parameter with how many rows to leave out."`
	LimitParam  string `placeholder:"NAME" help:"Of json and xml: the parameter with how many rows to give."`
	PageRows    int    `placeholder:"N" help:"Of json and xml: how many rows to ask for in --limit-param."`
	TokenParam  string `placeholder:"NAME" help:"Of json and xml: the parameter with the token of the next page, which stands at --token."`
	Token       string `placeholder:"PATH" help:"Of json and xml: where a page has the token of the next one."`
	Total       string `placeholder:"PATH" help:"Of json and xml: where a page has the count of all rows; \"Header: NAME\" for one in a header."`
}

func (f pagingFlags) apply(src *catalog.Source) error {
	if f == (pagingFlags{}) {
		return nil
	}
	if !slices.Contains([]string{"json", "xml"}, src.Protocol) {
		return errors.New("--next, --page-param, --first-page, --offset-param, --limit-param, --page-rows, --token-param, --token and --total are for sources of kind json or xml")
	}
	m := &src.Mapping
	if m.Paging == nil {
		m.Paging = &catalog.Paging{}
	}
	p := m.Paging
	set(&p.Next, f.Next)
	set(&p.PageParam, f.PageParam)
	if f.FirstPage != nil {
		p.FirstPage = f.FirstPage
	}
	set(&p.OffsetParam, f.OffsetParam)
	set(&p.LimitParam, f.LimitParam)
	set(&p.PageRows, f.PageRows)
	set(&p.TokenParam, f.TokenParam)
	set(&p.Token, f.Token)
	set(&p.Total, f.Total)
	return p.Check()
}
