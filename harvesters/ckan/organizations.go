package ckan

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"

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

// readOrganizations reads the portal's organisations, for the codes that
// packages do not repeat. The server caps how many it gives at once, so it goes
// on by what it has given. A portal that does not tell them is harvested
// without.
func (h *harvest) readOrganizations(ctx context.Context, a address) error {
	h.organizations = map[string]organization{}
	ids := map[string]bool{}
	for offset := 0; offset < maxOrganizations; {
		var list []json.RawMessage
		q := url.Values{"all_fields": {"true"}, "include_extras": {"true"}, "limit": {strconv.Itoa(pageRows)}, "offset": {strconv.Itoa(offset)}}
		if err := h.call(ctx, a, "organization_list", q, &list); err != nil {
			if ctx.Err() != nil {
				return err
			}
			h.found("the organisations are not told: %v", err)
			break
		}
		before := len(ids)
		for _, raw := range list {
			h.addOrganization(raw, ids)
		}
		if len(ids) == before {
			break // the end, or a server that knows no offset
		}
		offset += len(list)
	}
	if len(ids) > 0 {
		h.found("organisations: %d", len(ids))
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
