package main

import (
	"context"
	"errors"
	"io"
)

func runUnified(context.Context, io.Writer) error { return errors.New("later") }
