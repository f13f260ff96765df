module weir.dev/weir/test/bench

go 1.26.0
