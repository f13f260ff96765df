package mapping

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// row is the columns of one row by name.
type row = map[string]any

// table reads a CSV file, row by row.
type table struct {
	name    string
	columns []string
	reader  *csv.Reader
	file    *os.File
}

func openTable(name string) (*table, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFiles, err)
	}
	var text io.Reader = file
	if strings.HasSuffix(name, ".gz") {
		if text, err = gzip.NewReader(file); err != nil {
			return nil, errors.Join(fmt.Errorf("%w: %s: %w", ErrFiles, name, err), file.Close())
		}
	}
	t := &table{name: name, reader: csv.NewReader(text), file: file}
	if t.columns, err = t.reader.Read(); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %s: no header: %w", ErrFiles, name, err), file.Close())
	}
	t.columns[0] = strings.TrimPrefix(t.columns[0], "\uFEFF")
	return t, nil
}

// next returns io.EOF after the last row.
func (t *table) next() (row, error) {
	cells, err := t.reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrFiles, t.name, err)
	}
	r := make(row, len(cells))
	for i, cell := range cells {
		r[t.columns[i]] = cell
	}
	return r, nil
}

// close ends the reading; nothing can be lost by it.
func (t *table) close() { _ = t.file.Close() }

// line is that of the row read last.
func (t *table) line() int {
	line, _ := t.reader.FieldPos(0)
	return line
}

func readLookup(name, key string) (map[string]row, error) {
	t, err := openTable(name)
	if err != nil {
		return nil, err
	}
	defer t.close()
	rows := map[string]row{}
	for {
		r, err := t.next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		value, ok := r[key].(string)
		if !ok {
			return nil, fmt.Errorf("%w: %s has no column %s", ErrFiles, name, key)
		}
		if rows[value] != nil {
			return nil, fmt.Errorf("%w: %s:%d: another row has the key %q", ErrFiles, name, t.line(), value)
		}
		rows[value] = r
	}
}
