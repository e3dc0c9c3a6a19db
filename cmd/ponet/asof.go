package main

import (
	"fmt"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// moment is the value of --as-of, nil without.
func moment(text string) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	at, err := catalog.ParseMoment(text, time.Now())
	if err != nil {
		return nil, fmt.Errorf("--as-of %s: %w", text, err)
	}
	return &at, nil
}
