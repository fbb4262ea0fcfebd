--- The plugin in a real Neovim: run by `editors/neovim/test/run.sh`, without a screen.
---
--- Prints one line a test and ends with `N passed, N failed`.

vim.opt.report = 9999
vim.opt.shortmess:append('WF')
vim.cmd('filetype plugin indent on')
vim.cmd('syntax on')
require('basilect').setup({ path = vim.env.BASILECT })

local passed, failed = 0, 0

local function test(name, body)
  local ok, why = pcall(body)
  if ok then
    passed = passed + 1
    print('ok ' .. name)
  else
    failed = failed + 1
    print('FAILED ' .. name .. '\n  ' .. tostring(why))
  end
end

--- Waits until something holds; an answer of the server takes its time.
local function wait(what, body)
  assert(vim.wait(20000, body, 50), 'it did not come: ' .. what)
end

local folder = vim.fn.tempname() .. '/tea.gbai/tea.gbdialog'
vim.fn.mkdir(folder .. '/tests', 'p')
local script = folder .. '/start.bas'
vim.fn.writefile({
  "' Tea for everybody.",
  'FUNCTION price(cups)',
  'RETURN cups * 2',
  'END FUNCTION',
  'TALK "One ${price(1)} coin"',
  'list = [1, 2]',
  'IF list THEN',
  '    talk LEN(list)',
}, script)
vim.cmd('edit ' .. vim.fn.fnameescape(script))

local function client()
  for _, found in pairs(vim.lsp.buf_get_clients(0)) do
    if found.name == 'basilect' then
      return found
    end
  end
end

local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 20000)
  for _, answer in pairs(answers or {}) do
    assert(not answer.error, vim.inspect(answer.error))
    return answer.result
  end
end

local function at(line, column)
  return {
    textDocument = vim.lsp.util.make_text_document_params(0),
    position = { line = line - 1, character = column - 1 },
  }
end

test('a script is a script', function()
  assert(vim.bo.filetype == 'basilect', vim.bo.filetype)
  assert(vim.bo.commentstring == "' %s" and vim.bo.shiftwidth == 4)
end)

test('words are coloured by what they are', function()
  local function group(line, column)
    return vim.fn.synIDattr(vim.fn.synID(line, column, 1), 'name')
  end
  local expected = {
    { 1, 3, 'basilectComment' },
    { 2, 1, 'basilectStatement' },
    { 2, 10, '' },
    { 3, 15, 'basilectNumber' },
    { 4, 5, 'basilectStatement' },
    { 5, 1, 'basilectKeyword' },
    { 5, 7, 'basilectString' },
    { 5, 11, 'basilectDelimiter' },
    { 5, 24, 'basilectString' },
    { 6, 1, '' },
    { 7, 1, 'basilectStatement' },
    { 7, 4, '' },
    { 7, 9, 'basilectClause' },
    { 8, 10, 'basilectFunction' },
  }
  for _, place in ipairs(expected) do
    local found = group(place[1], place[2])
    assert(found == place[3], ('%d:%d is %q, not %q'):format(place[1], place[2], found, place[3]))
  end
end)

test('blocks are indented', function()
  vim.cmd('normal! gg=G')
  assert(vim.fn.getline(3) == '    RETURN cups * 2', vim.fn.getline(3))
  assert(vim.fn.getline(4) == 'END FUNCTION', vim.fn.getline(4))
  assert(vim.fn.getline(8) == '    talk LEN(list)', vim.fn.getline(8))
end)

test('the language server attaches to the bot', function()
  wait('the language server', function() return client() ~= nil end)
  assert(client().config.root_dir:match('tea%.gbai$'), client().config.root_dir)
end)

test('mistakes appear', function()
  wait('a diagnostic', function() return #vim.diagnostic.get(0) > 0 end)
  local codes = {}
  for _, found in ipairs(vim.diagnostic.get(0)) do
    codes[found.code or ''] = found.lnum + 1
  end
  assert(codes.B0109 == 7, vim.inspect(codes))
end)

test('a word is explained', function()
  local hover = ask('textDocument/hover', at(5, 2))
  assert(hover and vim.inspect(hover):match('TALK'), vim.inspect(hover))
end)

test('words are completed', function()
  local found = ask('textDocument/completion', at(8, 9))
  local items = found and (found.items or found) or {}
  assert(#items > 0, 'nothing is offered')
end)

test('a mistake is mended and goes away', function()
  vim.fn.append(vim.fn.line('$'), 'END IF')
  wait('the end of the diagnostic', function()
    for _, found in ipairs(vim.diagnostic.get(0)) do
      if found.severity == vim.diagnostic.severity.ERROR then
        return false
      end
    end
    return true
  end)
end)

test('a script is formatted', function()
  local edits = ask('textDocument/formatting', {
    textDocument = vim.lsp.util.make_text_document_params(0),
    options = { tabSize = 4, insertSpaces = true },
  })
  vim.lsp.util.apply_text_edits(edits or {}, 0, client().offset_encoding)
  assert(vim.fn.getline(8) == '    TALK LEN(list)', vim.fn.getline(8))
end)

test('a name is renamed', function()
  local edit = ask('textDocument/rename', vim.tbl_extend('force', at(6, 2), { newName = 'rows' }))
  vim.lsp.util.apply_workspace_edit(edit, client().offset_encoding)
  assert(vim.fn.getline(6) == 'rows = [1, 2]', vim.fn.getline(6))
  assert(vim.fn.getline(8) == '    TALK LEN(rows)', vim.fn.getline(8))
end)

test('a definition is found', function()
  local found = ask('textDocument/definition', at(5, 15))
  local place = found and (found[1] or found)
  local range = place and (place.range or place.targetSelectionRange)
  assert(range and range.start.line == 1, vim.inspect(found))
end)

test('a transcript is a transcript', function()
  local transcript = folder .. '/tests/a.chat'
  vim.fn.writefile({ '# A comment', '< Hello', '> hi' }, transcript)
  vim.cmd('write!')
  vim.cmd('edit ' .. vim.fn.fnameescape(transcript))
  assert(vim.bo.filetype == 'basilect-transcript', vim.bo.filetype)
  assert(vim.fn.synIDattr(vim.fn.synID(2, 3, 1), 'name') == 'transcriptBot')
  wait('the language server', function() return client() ~= nil end)
end)

print(('%d passed, %d failed'):format(passed, failed))
if failed > 0 then
  vim.cmd('cquit 1')
end
vim.cmd('quitall!')
