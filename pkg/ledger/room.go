package ledger

// dimsRoom hands out dimensions that live until it is reset. Values are never changed once handed
// out, so states that did not change them share them.
type dimsRoom struct {
	blocks [][]Dims
	block  int
}

const roomBlock = 16

func (r *dimsRoom) reset() {
	for i := range r.blocks {
		r.blocks[i] = r.blocks[i][:0]
	}
	r.block = 0
}

func (r *dimsRoom) new() *Dims {
	if len(r.blocks) == 0 {
		r.blocks = append(r.blocks, make([]Dims, 0, roomBlock))
	}
	if len(r.blocks[r.block]) == roomBlock {
		r.block++
		if r.block == len(r.blocks) {
			r.blocks = append(r.blocks, make([]Dims, 0, roomBlock))
		}
	}
	b := &r.blocks[r.block]
	*b = (*b)[:len(*b)+1]
	return &(*b)[len(*b)-1]
}

// none is dimensions of which nothing is known.
func (r *dimsRoom) none() *Dims {
	d := r.new()
	*d = Dims{}
	return d
}

// with is dims with one value set.
func (r *dimsRoom) with(dims *Dims, dim Dim, value string) *Dims {
	if dims[dim] == value {
		return dims
	}
	d := r.new()
	*d = *dims
	d[dim] = value
	return d
}
