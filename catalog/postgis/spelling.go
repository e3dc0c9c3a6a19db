package postgis

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// spelling is q's text with its unknown words replaced by known ones, if that
// finds more than the total of now; else "".
func (s *Store) spelling(ctx context.Context, q catalog.Query, total int64) (string, error) {
	words := catalog.Words(q.Text)
	better, err := s.correct(ctx, words, false)
	if err != nil || better == nil {
		return "", err
	}
	q.Text = strings.Join(better, " ")
	f, err := newFilter(q)
	if err != nil {
		return "", err
	}
	n, err := s.atMost(ctx, f, int(total)+1)
	if err != nil || n <= total {
		return "", err
	}
	return q.Text, nil
}

// correct replaces each unknown word by the known one nearest to it, nil when
// all are known or nothing is near. With typing, the last word may be the
// beginning of a known one.
func (s *Store) correct(ctx context.Context, words []string, typing bool) ([]string, error) {
	out := append([]string(nil), words...)
	changed := false
	for i, w := range words {
		prefix := typing && i == len(words)-1
		if len(w) < minPrefix {
			continue
		}
		near, err := s.nearWord(ctx, w, prefix)
		if err != nil {
			return nil, err
		}
		if near != "" && near != w {
			out[i], changed = near, true
		}
	}
	if !changed {
		return nil, nil
	}
	return out, nil
}

// lastRune comes after every other in the order of bytes.
const lastRune = "\U0010FFFF"

// nearWord is the known word that w most probably stands for: w itself when it
// is known, "" when nothing is near. With prefix, w is known when a known word
// begins with it.
func (s *Store) nearWord(ctx context.Context, w string, prefix bool) (string, error) {
	upTo := w
	if prefix {
		upTo += lastRune
	}
	var known bool
	err := s.public.QueryRow(ctx, `select exists (select from word where plain ~>=~ $1 and plain ~<=~ $2)`, w, upTo).Scan(&known)
	if err != nil || known {
		return w, err
	}
	rows, _ := s.public.Query(ctx, `
		select plain, count
		from word
		where plain % $1
		order by similarity(plain, $1) desc, count desc, plain
		limit 50`, w)
	best, fewest, often := "", allowed(w)+1, 0
	var plain string
	var count int
	_, err = pgx.ForEachRow(rows, []any{&plain, &count}, func() error {
		errors := catalog.TypingErrors(w, plain)
		if prefix {
			errors = min(errors, catalog.PrefixErrors(w, plain))
		}
		if errors < fewest || errors == fewest && count > often && best != "" {
			best, fewest, often = plain, errors, count
		}
		return nil
	})
	return best, err
}

// allowed is how many typing errors a word of w's length may have.
func allowed(w string) int {
	if len([]rune(w)) < 8 {
		return 1
	}
	return 2
}
