package postgis

import (
	"context"
	"fmt"
)

// Mark is the last change in collection, of all collections when it is "";
// zero when nothing ever changed there. It is what ETags are made of.
func (s *Store) Mark(ctx context.Context, collection string) (int64, error) {
	var mark int64
	err := s.public.QueryRow(ctx, `
		select coalesce(max(seq), 0)
		from collection_mark
		where $1 = '' or collection = $1`, collection).Scan(&mark)
	if err != nil {
		return 0, fmt.Errorf("mark of %q: %w", collection, err)
	}
	return mark, nil
}
