" Blocks are indented by one step.
if exists('b:did_indent')
  finish
endif
let b:did_indent = 1
setlocal indentexpr=BasilectIndent()
setlocal indentkeys=o,O,=~end,=~else,=~next,=~loop,=~wend,=~case,=~catch,=~finally,=~until
let b:undo_indent = 'setlocal indentexpr< indentkeys<'

if exists('*BasilectIndent')
  finish
endif

" Lines that open a block, and lines that close one or go on with it.
let s:opens = '\v\c^\s*%(IF>.*<THEN\s*$|ELSE>|ELSEIF>|FOR>|WHILE>|DO>|SELECT>|SWITCH>|CASE>|SUB>|FUNCTION>|TRY>|CATCH>|FINALLY>|WITH\s+\w+\s*$|TABLE>|BEGIN>)'
let s:closes = '\v\c^\s*%(END\s*%(IF|FOR|WHILE|DO|SELECT|SWITCH|SUB|FUNCTION|TRY|WITH|TABLE|TALK|MAIL)|ELSE>|ELSEIF>|NEXT>|LOOP>|WEND>|CASE>|CATCH>|FINALLY>|UNTIL>)'

function BasilectIndent()
  let before = prevnonblank(v:lnum - 1)
  if before == 0
    return 0
  endif
  let indent = indent(before)
  let above = substitute(getline(before), '\v"[^"]*"', '""', 'g')
  let above = substitute(above, "\\s*'.*$", '', '')
  if above =~ s:opens
    let indent += shiftwidth()
  endif
  if getline(v:lnum) =~ s:closes
    let indent -= shiftwidth()
  endif
  return indent < 0 ? 0 : indent
endfunction
