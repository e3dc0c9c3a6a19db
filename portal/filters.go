package portal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

const maxOptions = 40 // of one filter, the most frequent

// themes are the four chips: always there, with what each would give on page.
func (s *server) themes(q search, found catalog.Results, page string) []themeChip {
	var chips []themeChip
	for _, t := range catalog.Themes {
		c := themeChip{Theme: string(t), Name: s.texts.t("tema." + string(t)), On: slices.Contains(q.Themes, t)}
		for _, f := range found.Facets["theme"] {
			if f.Value == string(t) {
				c.Count = f.Count
			}
		}
		if c.On || c.Count > 0 {
			c.URL = q.with(func(n *search) { n.Themes = toggle(n.Themes, t) }).URL(page)
		}
		chips = append(chips, c)
	}
	return chips
}

// filters are the groups behind "Filtri". One that would offer no choice is
// left out.
func (s *server) filters(q search, found catalog.Results) []filterGroup {
	groups := []filterGroup{
		{Name: "comune", Legend: s.texts.t("filtri.comune"), Type: "checkbox", Options: options(found.Facets["municipality"], q.Municipalities)},
		{Name: "tipo", Legend: s.texts.t("filtri.tipo"), Type: "checkbox", Options: options(found.Facets["type"], q.Types)},
		{Name: "ente", Legend: s.texts.t("filtri.ente"), Type: "checkbox", Options: options(found.Facets["body"], q.Bodies)},
		{Name: "dati", Legend: s.texts.t("filtri.dati"), Type: "radio", Options: s.collections(found.Facets["collection"], q.Collection)},
	}
	groups = slices.DeleteFunc(groups, func(g filterGroup) bool {
		return len(g.Options) == 0 || (len(g.Options) == 1 && !g.Options[0].On)
	})
	for i, g := range groups {
		if g.Type == "radio" { // one at a time: none is a choice too
			groups[i].Options = slices.Insert(g.Options, 0, option{Label: s.texts.t("filtri.tutte"), On: q.Collection == ""})
		}
	}
	if g := s.whenGroup(q, found); g != nil {
		groups = append(groups, *g)
	}
	groups = append(groups, filterGroup{Name: "solo", Legend: s.texts.t("filtri.solo"), Type: "checkbox", Options: []option{
		{Name: "aperto", Value: "1", Label: s.texts.t("filtri.aperto"), On: q.Open},
		{Name: "accessibile", Value: "1", Label: s.texts.t("filtri.accessibile"), On: q.Accessible},
	}})
	order := filterGroup{Name: "ordine", Legend: s.texts.t("filtri.ordine"), Type: "radio", Options: []option{{Label: s.texts.t("ordine."), On: q.Order == ""}}}
	for _, o := range q.orders() {
		order.Options = append(order.Options, option{Value: string(o), Label: s.texts.t("ordine." + string(o)), On: q.Order == o})
	}
	return append(groups, order)
}

// whenGroup offers a time, if something that was found has one.
func (s *server) whenGroup(q search, found catalog.Results) *filterGroup {
	timed := q.When != ""
	for _, f := range found.Facets["collection"] {
		timed = timed || f.Value == catalog.KindEvent.Collection() || f.Value == catalog.KindCourse.Collection()
	}
	if !timed || !q.From.IsZero() || !q.To.IsZero() {
		return nil
	}
	g := &filterGroup{Name: "quando", Legend: s.texts.t("filtri.quando"), Type: "radio", Options: []option{{Label: s.texts.t("quando."), On: q.When == ""}}}
	for _, w := range whens {
		g.Options = append(g.Options, option{Value: w, Label: s.texts.t("quando." + w), On: q.When == w})
	}
	return g
}

// options are the values of a facet, the most frequent maxOptions in the order
// of their names, and what is chosen in any case.
func options(facets []catalog.Facet, chosen []string) []option {
	facets = slices.Clone(facets)
	slices.SortStableFunc(facets, func(a, b catalog.Facet) int { return int(b.Count - a.Count) })
	var out []option
	for i, f := range facets {
		on := slices.Contains(chosen, f.Value)
		if f.Value != "" && (i < maxOptions || on) {
			out = append(out, option{Value: f.Value, Label: or(f.Label, f.Value), Count: f.Count, Counted: true, On: on})
		}
	}
	for _, v := range chosen {
		if !slices.ContainsFunc(out, func(o option) bool { return o.Value == v }) {
			out = append(out, option{Value: v, Label: v, Counted: true, On: true})
		}
	}
	slices.SortStableFunc(out, func(a, b option) int {
		return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label))
	})
	return out
}

// collections are the options of "dati", with our words for those of kinds.
func (s *server) collections(facets []catalog.Facet, chosen string) []option {
	facets = slices.Clone(facets)
	for i, f := range facets {
		facets[i].Label = s.collectionTitle(f.Value, f.Label)
	}
	var list []string
	if chosen != "" {
		list = []string{chosen}
	}
	return options(facets, list)
}

// collectionTitle is the name of a collection in words.
func (s *server) collectionTitle(name, title string) string {
	for _, k := range catalog.Kinds() {
		if k.Collection() == name && name != "" {
			return s.texts.t("generi." + string(k))
		}
	}
	return or(title, name)
}

// hidden are the parts of q that the form has no control for.
func hidden(q search) []field {
	var out []field
	for _, p := range q.parameters() {
		if slices.Contains([]string{"tema", "vicino", "raggio", "bbox", "vista", "dal", "al", "fonte", "collegato", "come"}, p[0]) {
			out = append(out, field{p[0], p[1]})
		}
	}
	return out
}

// chips are the active filters, each a link of page that takes it away.
func (s *server) chips(q search, found catalog.Results, page string) []link {
	label := func(facet, value string) string {
		for _, f := range found.Facets[facet] {
			if f.Value == value {
				return or(f.Label, value)
			}
		}
		return value
	}
	var out []link
	add := func(text string, f func(*search)) { out = append(out, link{Label: text, URL: q.with(f).URL(page)}) }
	for _, t := range q.Themes {
		add(s.texts.t("tema."+string(t)), func(n *search) { n.Themes = toggle(n.Themes, t) })
	}
	for _, v := range q.Types {
		add(label("type", v), func(n *search) { n.Types = toggle(n.Types, v) })
	}
	for _, v := range q.Municipalities {
		add(v, func(n *search) { n.Municipalities = toggle(n.Municipalities, v) })
	}
	for _, v := range q.Bodies {
		add(s.texts.t("attivi.ente", label("body", v)), func(n *search) { n.Bodies = toggle(n.Bodies, v) })
	}
	for _, v := range q.Sources {
		add(s.texts.t("attivi.fonte", v), func(n *search) { n.Sources = toggle(n.Sources, v) })
	}
	if q.Collection != "" {
		add(s.texts.t("attivi.dati", s.collectionTitle(q.Collection, label("collection", q.Collection))), func(n *search) { n.Collection = "" })
	}
	if q.Related != "" {
		add(s.relatedChip(q), func(n *search) { n.Related, n.Relation = "", "" })
	}
	if q.When != "" {
		add(s.texts.t("quando."+q.When), func(n *search) { n.When = "" })
	} else if text := s.spanText(q.span(s.now())); text != "" {
		add(text, func(n *search) { n.From, n.To = time.Time{}, time.Time{} })
	}
	if q.Open {
		add(s.texts.t("filtri.aperto"), func(n *search) { n.Open = false })
	}
	if q.Accessible {
		add(s.texts.t("filtri.accessibile"), func(n *search) { n.Accessible = false })
	}
	if q.Near != nil {
		text := s.texts.t("attivi.vicino", pointText(*q.Near))
		if q.RadiusKM > 0 {
			text += " " + s.texts.t("attivi.raggio", distance(q.RadiusKM*1000))
		}
		add(text, func(n *search) { n.Near, n.RadiusKM = nil, 0 })
	}
	if q.BBox != nil {
		add(s.texts.t("attivi.bbox"), func(n *search) { n.BBox = nil })
	}
	return out
}

// relatedChip says in which way the results have to do with a record.
func (s *server) relatedChip(q search) string {
	words := s.texts.t("attivi.collegati")
	if d, ok := catalog.ReadDirection(q.Relation); ok {
		words = d.Words(s.texts.t("lingua"))
	}
	return words
}

// helpOn says what a person who found nothing can do: a better spelling, and
// each filter that would give results if it were taken away, with how many.
func (s *server) helpOn(ctx context.Context, p *explorePage, q search, found catalog.Results) error {
	if found.Spelling != "" {
		p.Spelling = &link{Label: found.Spelling, URL: q.with(func(n *search) { n.Text = found.Spelling }).URL("/mappa")}
	}
	drops := s.chips(q, found, "/mappa")
	if q.Text != "" && len(drops) > 0 {
		drops = append(drops, link{Label: s.texts.t("attivi.testo", q.Text), URL: q.with(func(n *search) { n.Text = "" }).URL("/mappa")})
	}
	for _, d := range drops {
		without, _ := parseSearch(queryOf(d.URL))
		query := without.query(s.now())
		query.Limit = 1
		other, err := s.store.Search(ctx, query)
		if err != nil {
			return fmt.Errorf("search without a filter: %w", err)
		}
		switch {
		case other.Total == 1:
			d.Found = s.texts.t("nessuno.trovato")
		case other.Total > 1:
			d.Found = s.texts.t("nessuno.trovati", number(other.Total))
		default:
			continue
		}
		p.Drop = append(p.Drop, d)
	}
	return nil
}
