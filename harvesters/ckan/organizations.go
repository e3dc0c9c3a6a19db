package ckan

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// maxOrganizations is how many of a portal are read; dati.gov.it has some 600.
const maxOrganizations = 20_000

// An organization is a tenant of the portal, often but not always who
// publishes what is under its name.
type organization struct {
	fields fields
}

func (o organization) agent() catalog.Agent {
	return catalog.Agent{ID: o.fields.text("identifier", "ipa", "codice_ipa", "codiceIPA"), Name: o.fields.text("title", "display_name", "name")}
}

// readOrganizations reads the organisations whose packages are listed, for the
// codes that packages do not repeat: one by one when the first page holds them
// all and they are few, else the portal's whole list. A portal that does not
// tell them is harvested without.
func (h *harvest) readOrganizations(ctx context.Context, a address, first searchResult) error {
	h.organizations = map[string]organization{}
	ids := map[string]bool{}
	total, counted := first.total(len(first.Results))
	whole := counted && total == len(first.Results) || strings.HasPrefix(a.query.Get("fq"), "organization:")
	var err error
	if owners := ownersOf(first.Results); whole && len(owners) <= maxShown {
		err = h.showOrganizations(ctx, a, owners, ids)
	} else {
		err = h.listOrganizations(ctx, a, ids)
	}
	if err != nil && ctx.Err() != nil {
		return err
	}
	if err != nil {
		h.found("the organisations are not told: %v", err)
	}
	if len(ids) > 0 {
		h.found("organisations: %d", len(ids))
	}
	return nil
}

// maxShown is how many organisations are asked for one by one.
const maxShown = 5

// ownersOf are the organisations of packages.
func ownersOf(packages []json.RawMessage) []string {
	var owners []string
	for _, raw := range packages {
		p, err := parsePackage(raw)
		if err != nil {
			continue
		}
		if o := p.text("owner_org"); o != "" && !slices.Contains(owners, o) {
			owners = append(owners, o)
		}
	}
	return owners
}

func (h *harvest) showOrganizations(ctx context.Context, a address, owners []string, ids map[string]bool) error {
	for _, id := range owners {
		var raw json.RawMessage
		q := url.Values{"id": {id}, "include_datasets": {"false"}, "include_users": {"false"}}
		if err := h.call(ctx, a, "organization_show", q, &raw); err != nil {
			return err
		}
		h.addOrganization(raw, ids)
	}
	return nil
}

// listOrganizations reads them all. The server caps how many it gives at once,
// so it goes on by what it has given.
func (h *harvest) listOrganizations(ctx context.Context, a address, ids map[string]bool) error {
	for offset := 0; offset < maxOrganizations; {
		var list []json.RawMessage
		q := url.Values{"all_fields": {"true"}, "include_extras": {"true"}, "limit": {strconv.Itoa(pageRows)}, "offset": {strconv.Itoa(offset)}}
		if err := h.call(ctx, a, "organization_list", q, &list); err != nil {
			return err
		}
		before := len(ids)
		for _, raw := range list {
			h.addOrganization(raw, ids)
		}
		if len(ids) == before {
			return nil // the end, or a server that knows no offset
		}
		offset += len(list)
	}
	return nil
}

func (h *harvest) addOrganization(raw json.RawMessage, ids map[string]bool) {
	f, err := parseFields(raw)
	if err != nil {
		return
	}
	o := organization{f}
	for _, key := range []string{f.text("id"), f.text("name")} {
		if key != "" {
			h.organizations[key] = o
		}
	}
	if id := f.text("id", "name"); id != "" {
		ids[id] = true
	}
}
