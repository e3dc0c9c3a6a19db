// Package rest reads any interface of the web that lists objects in JSON or in
// XML, page by page. Where the rows are, how one page leads to the next and how
// many there should be is in the source's mapping (catalog.Paging); what is not
// said there is looked for where interfaces usually put it, and told.
//
// A listing counts only when it is whole: one that stops short, goes in
// circles, shifts while it is read or counts more rows than it gives has failed,
// and none of its rows is handed on. What the columns of the rows are is left
// to harvesters/table.
package rest
