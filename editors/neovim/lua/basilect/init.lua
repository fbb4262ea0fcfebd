--- The language server in Neovim, from 0.7 on.
---
---     require('basilect').setup({ path = '/opt/basilect/bin/basilect' })
---
--- With Neovim 0.11 or newer the server is also known to `vim.lsp.enable('basilect')`, by the file
--- lsp/basilect.lua beside this one; then this module leaves it to Neovim.

local M = {}

M.options = { path = 'basilect', autostart = true }

--- Sets where the program lies, and whether scripts start it.
function M.setup(options)
  M.options = vim.tbl_extend('force', M.options, options or {})
end

--- The bot that a file belongs to: the folder NAME.gbai above it, else the file's own folder.
function M.root(file)
  local folder = vim.fn.fnamemodify(file, ':p:h')
  local above = folder
  while above ~= vim.fn.fnamemodify(above, ':h') do
    if above:lower():match('%.gbai$') then
      return above
    end
    above = vim.fn.fnamemodify(above, ':h')
  end
  return folder
end

--- Whether Neovim starts the server by itself.
local function is_enabled()
  return vim.lsp.is_enabled ~= nil and vim.lsp.is_enabled('basilect')
end

local function keys(client, buffer)
  local map = function(key, action, what)
    vim.keymap.set('n', key, action, { buffer = buffer, desc = what })
  end
  map('K', vim.lsp.buf.hover, 'What is this?')
  map('gd', vim.lsp.buf.definition, 'Go to the definition')
  map('grn', vim.lsp.buf.rename, 'Rename')
  map('gra', vim.lsp.buf.code_action, 'Fixes')
  vim.api.nvim_buf_set_option(buffer, 'omnifunc', 'v:lua.vim.lsp.omnifunc')
  return client
end

--- The server of a root, started where it does not run yet.
local function start(root)
  for _, client in pairs(vim.lsp.get_active_clients and vim.lsp.get_active_clients() or {}) do
    if client.name == 'basilect' and client.config.root_dir == root then
      return client.id
    end
  end
  return vim.lsp.start_client({
    name = 'basilect',
    cmd = { M.options.path, 'lsp' },
    root_dir = root,
    on_attach = keys,
  })
end

--- Gives the current buffer a language server.
function M.attach()
  if not M.options.autostart or is_enabled() then
    return
  end
  if vim.fn.executable(M.options.path) == 0 then
    vim.notify_once(
      ('basilect: `%s` is not found; install it, or call require("basilect").setup({ path = … })')
        :format(M.options.path),
      vim.log.levels.WARN
    )
    return
  end
  local buffer = vim.api.nvim_get_current_buf()
  local file = vim.api.nvim_buf_get_name(buffer)
  if vim.bo[buffer].buftype ~= '' or file == '' then
    return
  end
  local root = M.root(file)
  if vim.lsp.start then
    vim.lsp.start({
      name = 'basilect',
      cmd = { M.options.path, 'lsp' },
      root_dir = root,
      on_attach = keys,
    }, { bufnr = buffer })
  else
    local id = start(root)
    if id then
      vim.lsp.buf_attach_client(buffer, id)
    end
  end
end

return M
