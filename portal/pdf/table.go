package pdf

// A Fact is a row of a table of two columns: a name and what is said of it.
type Fact struct {
	Name   Text
	Values []Text // one below the other
}

// Facts sets a table of names and values. No row is broken, unless it is higher
// than a page.
func (f *Flow) Facts(in *Element, facts []Fact, names, gap float64, rule Colour) {
	table := in.Add("Table")
	body := table.Add("TBody")
	left := names + 12
	for _, fact := range facts {
		height := max(fact.Name.height(names), heightOf(fact.Values, f.Width()-left))
		f.Need(min(height+gap, f.full()))
		f.Page.Artifact(func() { f.Page.Box(f.Left, f.Y, f.Width(), 0.5, Paint{Fill: &rule}) })
		f.Y += gap / 2
		page, top := f.Page, f.Y
		tr := body.Add("TR")
		f.Set(tr.Add("TH"), fact.Name, f.Left, names)
		bottom := f.Y
		if f.Page == page {
			f.Y = top
		}
		td := tr.Add("TD")
		for _, t := range fact.Values {
			f.Set(td.Add("P"), t, f.Left+left, f.Width()-left)
		}
		if f.Page == page {
			f.Y = max(f.Y, bottom)
		}
		f.Y += gap / 2
	}
}

// Grid sets a table with a head. Columns are shares of the width. The head stands
// again on each page, where it is not read again.
func (f *Flow) Grid(in *Element, head []Text, shares []float64, rows [][]Text, gap float64, rule Colour) {
	const cellGap = 8
	x, widths := make([]float64, len(head)), make([]float64, len(head))
	at := f.Left
	for i, s := range shares {
		x[i], widths[i] = at, s*f.Width()-cellGap
		if i == len(shares)-1 {
			widths[i] += cellGap
		}
		at += s * f.Width()
	}
	highest := func(cells []Text) (h float64) {
		for i, t := range cells {
			h = max(h, t.height(widths[i]))
		}
		return h + gap
	}
	table := in.Add("Table")
	f.Need(highest(head) + highest(rows[0]))
	group, body := table.Add("THead").Add("TR"), table.Add("TBody")
	for i := range head {
		f.cell(group.Add("TH").Column(), head[i], x[i], widths[i])
	}
	f.Y += highest(head)
	for _, row := range rows {
		if h := highest(row); f.room() < h && f.Y > f.Top {
			f.NewPage()
			for i := range head {
				f.Page.Artifact(func() { f.silentCell(head[i], x[i], widths[i]) })
			}
			f.Y += highest(head)
		}
		f.Page.Artifact(func() { f.Page.Box(f.Left, f.Y, f.Width(), 0.5, Paint{Fill: &rule}) })
		tr := body.Add("TR")
		for i, t := range row {
			tag := "TD"
			if i == 0 {
				tag = "TH"
			}
			f.cell(tr.Add(tag), t, x[i], widths[i])
		}
		f.Y += highest(row)
	}
}

// cell draws a cell at the height of the flow. It must fit on a page.
func (f *Flow) cell(e *Element, t Text, x, width float64) {
	lines := t.Lines(t.Text, width)
	if len(lines) == 0 {
		return
	}
	if t.Address != "" {
		e = e.Add("Link")
	}
	f.Doc.lines(f.Page, e, t, x, f.Y+3, lines, false)
}

func (f *Flow) silentCell(t Text, x, width float64) {
	for i, line := range t.Lines(t.Text, width) {
		f.Page.Text(t.Style, x, f.Y+3+float64(i)*t.Leading+t.base(), line)
	}
}
