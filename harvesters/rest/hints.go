package rest

import (
	"slices"
	"strings"
)

// A hints is where pages of a syntax usually say what comes next. The first that is
// there counts.
type hints struct {
	next   []string    // paths of the address of the next page
	tokens [][2]string // paths of tokens and the parameter in which each is sent back
	pages  [][2]string // paths of how many pages there are, and of the number of this one
	totals []string    // paths of the count of all rows
}

var headerPages = [][2]string{{"Header: X-WP-TotalPages", ""}, {"Header: X-Total-Pages", "Header: X-Page"}}

var headerTotals = []string{"Header: X-WP-Total", "Header: X-Total-Count", "Header: X-Total"}

var jsonHints = hints{
	next: []string{
		"@odata.nextLink", "odata.nextLink", "d.__next", "@iot.nextLink", "_links.next.href", "_links.next", "links.next.href", "links.next", "batching.next",
		"paging.next", "pagination.links.next", "pagination.next_page", "pagination.next_url", "pagination.nextLink", "pagination.next",
		"meta.pagination.links.next", "meta.links.next", "meta.next", "info.next", "result._links.next", "response.next", "hydra:view.hydra:next",
		"hydra:view.next", "view.next", "next_page_url", "nextPageUrl", "nextLink", "next_url", "nextPage", "next_page", "next",
		`$.links[?(@.rel == 'next')].href`, `$.link[?(@.relation == 'next')].url`,
	},
	tokens: [][2]string{
		{"nextPageToken", "pageToken"}, {"next_page_token", "page_token"}, {"nextToken", "nextToken"}, {"next_token", "next_token"},
		{"nextCursor", "cursor"}, {"next_cursor", "cursor"}, {"meta.next_cursor", "cursor"}, {"meta.nextCursor", "cursor"}, {"pagination.next_cursor", "cursor"},
		{"response_metadata.next_cursor", "cursor"}, {"paging.cursors.after", "after"}, {"continuationToken", "continuationToken"}, {"resumptionToken", "resumptionToken"},
	},
	pages: append([][2]string{
		{"meta.pagination.total_pages", "meta.pagination.current_page"}, {strapiPages, "meta.pagination.page"}, {"pagination.total_pages", "pagination.current_page"},
		{"pagination.total_pages", "pagination.page"}, {"pagination.totalPages", "pagination.page"}, {"pagination.pages", "pagination.page"}, {"meta.last_page", "meta.current_page"},
		{"meta.total_pages", "meta.page"}, {"meta.totalPages", "meta.page"}, {"page.totalPages", "page.number"}, {"info.pages", ""}, {"last_page", "current_page"}, {"total_pages", "page"},
		{"totalPages", "number"}, {"totalPages", "page"}, {"totalPages", "currentPage"}, {"pageCount", "page"}, {"page_count", "page"}, {"pages", "page"},
	}, headerPages...),
	totals: append([]string{
		"@odata.count", "odata.count", "d.__count", "@iot.count", "meta.pagination.total", "pagination.total_count", "pagination.totalCount", "pagination.total", "meta.total_count",
		"meta.total", "meta.count", "page.totalElements", "result.total", "result.count", "total_count", "totalCount", "total_items", "totalItems", "items_total", "totalResults", "total_results",
		"totalElements", "totalRecords", "total_records", "recordsTotal", "numberMatched", "numFound", "response.numFound", "hits.total.value", "hits.total", "resultSetSize",
		"hydra:totalItems", "nhits", "total", "count", "info.count",
	}, headerTotals...),
}

// beside is h and, after it, the same names in the object that holds the rows:
// {"data": {"total": 500, "items": […]}}. path is that of the rows, in names.
func (h hints) beside(path string) hints {
	end := strings.LastIndexByte(path, '.')
	if end < 0 || strings.ContainsAny(path, "$/[") {
		return h
	}
	within := func(name string) string {
		if name == "" || strings.ContainsAny(name, "$/:") {
			return ""
		}
		return path[:end+1] + name
	}
	next, tokens, pages, totals := slices.Clone(h.next), slices.Clone(h.tokens), slices.Clone(h.pages), slices.Clone(h.totals)
	for _, name := range h.next {
		if at := within(name); at != "" {
			next = append(next, at)
		}
	}
	for _, t := range h.tokens {
		if at := within(t[0]); at != "" {
			tokens = append(tokens, [2]string{at, t[1]})
		}
	}
	for _, p := range h.pages {
		if at := within(p[0]); at != "" {
			pages = append(pages, [2]string{at, within(p[1])})
		}
	}
	for _, name := range h.totals {
		if at := within(name); at != "" {
			totals = append(totals, at)
		}
	}
	return hints{next, tokens, pages, totals}
}

// strapiPages is where Strapi counts its pages; it calls the parameter otherwise.
const strapiPages = "meta.pagination.pageCount"

var xmlHints = hints{
	next:   []string{"//link[@rel='next']/@href", "/*/@next", "/*/next", "/*/nextPage", "/*/next/@href", "//pagination/next", "//paging/next"},
	tokens: [][2]string{{"//nextPageToken", "pageToken"}, {"//nextCursor", "cursor"}, {"//resumptionToken", "resumptionToken"}},
	pages:  append([][2]string{{"/*/@totalPages", "/*/@page"}, {"/*/totalPages", "/*/page"}, {"/*/@pages", "/*/@page"}, {"//pagination/totalPages", "//pagination/page"}}, headerPages...),
	totals: append([]string{"//totalResults", "/*/@numberMatched", "/*/@total", "/*/@totalCount", "/*/@totalResults", "/*/total", "/*/totalCount", "//pagination/total", "/*/@count", "/*/count"}, headerTotals...),
}
