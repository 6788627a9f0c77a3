import { operationId } from './operation-id';

describe('operation ids', () => {
  it.each([
    ['NotesController', 'list', 'listNotes'],
    ['NotesController', 'create', 'createNote'],
    ['NotesController', 'findOne', 'getNote'],
    ['NotesController', 'update', 'updateNote'],
    ['NotesController', 'remove', 'deleteNote'],
    ['NotesController', 'publish', 'publishNote'],
    ['NotesController', 'shareWithTeam', 'shareWithTeam'],
    ['CategoriesController', 'findOne', 'getCategory'],
    ['ProfileController', 'findOne', 'getProfile'],
    ['AuthController', 'register', 'register'],
  ])('%s.%s is %s', (controller, handler, id) => expect(operationId(controller, handler)).toBe(id));
});
