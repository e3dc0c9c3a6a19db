// Command ponet is the whole of Po-net in one program: server, worker,
// harvester and tools.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(exitCode(err, os.Stderr))
}

// An exitError ends the program with a status of its own; what there is to say
// has been said.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// The exit statuses of design §6.
const (
	exitFailed = exitError(3) // a source failed
	exitParked = exitError(4) // a run waits for a person
)

func exitCode(err error, stderr io.Writer) int {
	var code exitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "ponet: stopped")
		return 130
	}
	fmt.Fprintln(stderr, "ponet:", err)
	return 1
}
