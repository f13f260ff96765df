package store_test

import (
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/store"
)

var _ engine.Store = (*store.Store)(nil)
