package pdf

// An Item is an entry of a list: what stands before it, and its paragraphs.
type Item struct {
	Draw     func(p *Page, x, y float64) // in the room of the indent, at its upper left corner
	Bookmark bool                        // its name is one, below that of its heading
	Texts    []Text                      // the first is its name
}

// A ListStyle is how items stand.
type ListStyle struct {
	Numbered       bool // what is drawn before an item is its number; else a mark, which is not read
	Columns        int
	Gutter, Indent float64 // between columns; of the texts
	Gap            float64 // between items; a rule stands in its middle
	Rule           Colour
}

// List sets items in columns, in the order of reading: down the first, then
// down the next, then on the next page. No item is broken, unless it is higher
// than a page; the columns of the last page are equally high.
func (f *Flow) List(in *Element, items []Item, s ListStyle) {
	list := in.Add("L")
	if s.Numbered {
		list.attributes = "/A<</O/List/ListNumbering/Decimal>>"
	}
	column := (f.Width() - float64(s.Columns-1)*s.Gutter) / float64(s.Columns)
	heights := make([]float64, len(items))
	for i, item := range items {
		heights[i] = heightOf(item.Texts, column-s.Indent) + s.Gap
	}
	for len(items) > 0 {
		if heights[0] > f.room() {
			f.Need(f.full())
		}
		limit := f.room()
		if heights[0] > limit { // alone higher than a page
			f.long(list, items[0], s)
			items, heights = items[1:], heights[1:]
			continue
		}
		if even, ok := balance(heights, s.Columns, limit); ok {
			limit = even
		}
		n := fill(heights, s.Columns, limit)
		f.columns(list, items, heights, n, column, s)
		items, heights = items[total(n):], heights[total(n):]
		if len(items) > 0 {
			f.NewPage()
		}
	}
}

// fill is how many items stand in each column of a height.
func fill(heights []float64, columns int, height float64) []int {
	n := make([]int, columns)
	at := 0
	for c := range n {
		used := 0.0
		for at < len(heights) && used+heights[at] <= height {
			used += heights[at]
			n[c]++
			at++
		}
	}
	return n
}

// balance is the least height of columns that hold all items, if limit holds them.
func balance(heights []float64, columns int, limit float64) (float64, bool) {
	if total(fill(heights, columns, limit)) < len(heights) {
		return 0, false
	}
	low, high := 0.0, limit
	for high-low > 1 {
		if middle := (low + high) / 2; total(fill(heights, columns, middle)) < len(heights) {
			low = middle
		} else {
			high = middle
		}
	}
	return high, true
}

func total(counts []int) (sum int) {
	for _, n := range counts {
		sum += n
	}
	return sum
}

// columns draws the items of one page.
func (f *Flow) columns(list *Element, items []Item, heights []float64, n []int, width float64, s ListStyle) {
	lowest, at := f.Y, 0
	for c := range n {
		x, y := f.Left+float64(c)*(width+s.Gutter), f.Y
		for i := range n[c] {
			f.item(list, items[at], x, y, width, s)
			y += heights[at]
			at++
			if i < n[c]-1 {
				f.Page.Artifact(func() { f.Page.Box(x, y-s.Gap/2, width, 0.5, Paint{Fill: &s.Rule}) })
			}
		}
		lowest = max(lowest, y)
	}
	f.Y = lowest
}

// item draws one item at x, y.
func (f *Flow) item(list *Element, item Item, x, y, width float64, s ListStyle) {
	body := f.label(list, item, x, y, s)
	for _, t := range item.Texts {
		lines := t.Lines(t.Text, width-s.Indent)
		if len(lines) == 0 {
			continue
		}
		e := body.Add("P")
		if t.Address != "" {
			e = e.Add("Link")
		}
		f.Doc.lines(f.Page, e, t, x+s.Indent, y, lines, false)
		y += float64(len(lines)) * t.Leading
	}
}

// label draws what stands before an item, and is where its texts belong.
func (f *Flow) label(list *Element, item Item, x, y float64, s ListStyle) *Element {
	if item.Bookmark {
		f.Doc.Bookmark(1, item.Texts[0].Text, f.Page, y)
	}
	li := list.Add("LI")
	if item.Draw != nil && !s.Numbered {
		f.Page.Artifact(func() { item.Draw(f.Page, x, y) })
	} else if item.Draw != nil {
		f.Page.Mark(li.Add("Lbl"), func() { item.Draw(f.Page, x, y) })
	}
	return li.Add("LBody")
}

// long draws an item that no page holds, across the whole breadth.
func (f *Flow) long(list *Element, item Item, s ListStyle) {
	body := f.label(list, item, f.Left, f.Y, s)
	for _, t := range item.Texts {
		f.Set(body.Add("P"), t, f.Left+s.Indent, f.Width()-s.Indent)
	}
}
